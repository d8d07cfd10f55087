/** Subgraphs with rules of access, viewers to ask them, and what the subgraphs were sent. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose, type GatewayOptions, openDevelopmentKeys } from '@souk/gateway'
import { readSupergraph, testGateway, testSubgraph, testViewerSecret } from '@souk/gateway/testing'

const keys = await openDevelopmentKeys({
  dataDir: mkdtempSync(join(tmpdir(), 'protected-')),
  issuer: 'souk',
  audience: 'souk-gateway',
})

export const testKeys = { jwks: keys.jwks, viewerSecret: testViewerSecret }

/** The header of a signed-in viewer with these scopes. */
export async function signedIn(...scopes: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const [ready] = await keys.issueTokens([{ label: 'Ann', subject: 'ann', scopes }], new Date())
  return { authorization: `Bearer ${ready?.token}` }
}

export const freeOwnership = { keyOnly: [], allowsSharedFields: true, servesPolicies: true }

export type ProtectedSubgraphs = Readonly<
  Record<string, { readonly sdl: string; readonly resolvers: object }>
>

type Options = Partial<Pick<GatewayOptions, 'policies'>> & {
  readonly environment?: Readonly<Record<string, string>>
  /** A graph that was composed elsewhere, by rules of another time: made of what ours composes. */
  readonly edit?: (sdl: string) => string
}

export async function openProtected(
  subgraphs: ProtectedSubgraphs,
  { environment = {}, edit, ...options }: Options = {},
) {
  const opened = Object.entries(subgraphs).map(([name, { sdl, resolvers }]) =>
    testSubgraph(name, sdl, resolvers),
  )
  const composed = compose(opened, freeOwnership)
  const supergraph = edit === undefined ? composed : reread(composed.sdl, edit)
  const gateway = await testGateway(opened, environment, {
    keys: testKeys,
    ownership: freeOwnership,
    supergraph,
    ...options,
  })
  return {
    ...gateway,
    supergraph,
    /** All that was sent to a subgraph, as one text. */
    sentTo: (name: string): string =>
      JSON.stringify(
        opened.find((one) => one.name === name)?.calls.map(({ query, variables }) => [query, variables]) ??
          [],
      ),
    forget: (): void => {
      for (const { calls } of opened) calls.length = 0
    },
  }
}

function reread(sdl: string, edit: (sdl: string) => string) {
  const edited = edit(sdl)
  if (edited === sdl) throw new Error('The supergraph has nothing of what was to be changed.')
  return readSupergraph(edited, 'old.graphql')
}
