/** The boundary between content and commodity, kept by composition. */
import { subgraphs } from '@souk/gateway/embedded'
import { compose } from '@souk/gateway'
import { describe, expect, test } from 'vitest'

const composeWith = (extraContentSdl: string) =>
  compose(
    subgraphs.map(({ name, sdl }) => ({
      name,
      sdl:
        name === 'content'
          ? sdl.replace(/type Offer @key\(fields: "id", resolvable: false\) \{/, extraContentSdl)
          : sdl,
    })),
  )

const offerStub = 'type Offer @key(fields: "id", resolvable: false) {'

describe('C56 Content/commodity split: composition fails if content declares more of a product type than its key', () => {
  test('the graph as it is composes', () => {
    expect(composeWith(offerStub).sdl).toContain('type Offer')
  })

  test.each([
    ['a field that products has', `${offerStub}\n  "Its price." price: Money!\n`],
    ['a field of its own', `${offerStub}\n  "How often it was shown." impressionCount: Int!\n`],
    ['a shared field', `${offerStub}\n  "Its link." externalUrl: String @shareable\n`],
  ])('%s on Offer is refused', (_what, sdl) => {
    expect(() => composeWith(sdl)).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^GW_(FIELD_BEYOND_KEY|FIELD_HAS_TWO_OWNERS|COMPOSITION_FAILED)$/),
      }),
    )
  })
})
