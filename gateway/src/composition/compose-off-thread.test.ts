/** Composition in a thread of its own: the same outcome as in this one, a limit, and a process that goes on meanwhile. */
import { expect, test } from 'vitest'
import { noOwnership } from '../supergraph/check-ownership.ts'
import { compose } from '../supergraph/compose.ts'
import { federation } from '../testing/test-gateway.ts'
import { composeOffThread } from './compose-off-thread.ts'

const shop = {
  name: 'shop',
  url: 'http://shop/graphql',
  sdl: `${federation} type Query { top: Product } type Product @key(fields: "id") { id: ID! name: String @authenticated }`,
}
const limits = { compositionMsMax: 60_000 }

/** A subgraph with `count` types that refer to each other; the name keeps them apart. */
const large = (name: string, count: number) => ({
  name,
  sdl: `${federation} type Query { ${name}: ${name}0 } ${Array.from(
    { length: count },
    (_, at) =>
      `type ${name}${at} @key(fields: "id") { id: ID! next: ${name}${(at * 7 + 1) % count} other: ${name}${(at * 3 + 2) % count} }`,
  ).join('\n')}`,
})

test('what comes out is what this thread would compose', async () => {
  const { publicSchema, ...supergraph } = await composeOffThread([shop], limits, noOwnership)
  const { publicSchema: expectedSchema, ...expected } = compose([shop], noOwnership)
  expect(supergraph).toEqual(expected)
  expect(Object.keys(publicSchema.getTypeMap())).toEqual(Object.keys(expectedSchema.getTypeMap()))
})

test('the rules of the house hold there as well', async () => {
  const again = {
    ...shop,
    name: 'again',
    sdl: shop.sdl.replace('top', 'next').replace('name:', 'name: String @shareable x:'),
  }
  await expect(composeOffThread([shop, again], limits)).rejects.toMatchObject({
    code: 'GW_FIELD_HAS_TWO_OWNERS',
  })
})

test('a report comes out with its code, its sentences and its problems', async () => {
  const wrong = { name: 'wrong', sdl: 'type Query { a: Missing }' }
  await expect(composeOffThread([wrong], limits)).rejects.toMatchObject({
    name: 'ClientError',
    code: 'GW_COMPOSITION_FAILED',
    message: expect.stringContaining('[wrong] Unknown type Missing'),
    details: { problems: [{ message: expect.stringContaining('[wrong]') }] },
  })
})

test('an SDL that is nested without end is a report, and this process goes on', async () => {
  const deep = { name: 'deep', sdl: `type Query { a: ${'['.repeat(2_000_000)}Int }` }
  await expect(composeOffThread([deep], limits)).rejects.toMatchObject({ code: 'GW_COMPOSITION_FAILED' })
})

test('a composition that takes longer than it may is ended, with the setting to raise', async () => {
  const startedAtMs = performance.now()
  const subgraphs = Array.from({ length: 40 }, (_, at) => large(`S${at}x`, 40))
  await expect(composeOffThread(subgraphs, { compositionMsMax: 300 }, noOwnership)).rejects.toMatchObject({
    code: 'GW_COMPOSITION_FAILED',
    message:
      'The composition of the subgraphs did not end: it took longer than 300 ms (SOUK_COMPOSITION_MS_MAX).',
  })
  expect(performance.now() - startedAtMs).toBeLessThan(2_000)
})

test('other work goes on while a large graph is composed', async () => {
  let longestMs = 0
  let lastAtMs = performance.now()
  const timer = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - lastAtMs)
    lastAtMs = performance.now()
  }, 5)
  const startedAtMs = performance.now()
  const subgraphs = Array.from({ length: 20 }, (_, at) => large(`S${at}x`, 40))
  await composeOffThread(subgraphs, limits, noOwnership)
  clearInterval(timer)
  // What is left for this thread is to read the result.
  expect(longestMs).toBeLessThan((performance.now() - startedAtMs) / 2)
})
