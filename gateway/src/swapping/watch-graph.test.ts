/** A graph is looked at from time to time: what changed is served, what can't be served leaves things as they are. */
import { ClientError, type SubgraphResponse } from '@souk/contracts'
import { afterAll, expect, test } from 'vitest'
import { createLogger } from '../telemetry/logger.ts'
import { testGateway, testSubgraph, type TestSubgraph } from '../testing/test-gateway.ts'
import { type GraphWatch, watchGraph, type WatchedGraph } from './watch-graph.ts'

const opened: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of opened.toReversed()) await close()
})

const subgraph = (sdl: string): TestSubgraph =>
  testSubgraph('shop', `type Query { ${sdl} }`, {
    Query: Object.fromEntries(sdl.split(' ').map((field) => [field.replace(/:.*/, ''), () => 1])),
  })

async function watch(found: { now: () => Promise<WatchedGraph> | WatchedGraph }, first: TestSubgraph) {
  const gateway = await testGateway([first])
  const closed: string[] = []
  const watching: GraphWatch = watchGraph({
    served: { text: first.sdl, close: () => Promise.resolve(void closed.push(first.sdl)) },
    look: async () => await found.now(),
    gateway,
    everyMs: 0,
    logger: createLogger('silent'),
  })
  opened.push(watching.close, gateway.close)
  return { gateway, watching, closed }
}

const graphOf = (one: TestSubgraph, closed: string[] = []): WatchedGraph => ({
  text: one.sdl,
  open: () =>
    Promise.resolve({
      source: { subgraphs: [one] },
      close: () => Promise.resolve(void closed.push(one.sdl)),
    }),
})

test('what changed is served, and what was opened for the graph before it is closed once that has drained', async () => {
  const [old, next] = [subgraph('a:Int'), subgraph('b:Int')]
  const answered = Promise.withResolvers<SubgraphResponse>()
  const started = Promise.withResolvers<void>()
  old.answerWith = () => {
    started.resolve()
    return answered.promise
  }
  const { gateway, watching, closed } = await watch({ now: () => graphOf(next) }, old)
  const slow = gateway.ask('{ a }')
  await started.promise
  await watching.look()
  expect(await gateway.ask('{ b }')).toMatchObject({ data: { b: 1 } })
  expect(closed).toEqual([])
  answered.resolve({ data: { a: 7 } })
  expect(await slow).toMatchObject({ data: { a: 7 } })
  await expect.poll(() => closed).toEqual([old.sdl])
})

test('what is as it was is not opened again', async () => {
  const same = subgraph('a:Int')
  const open = (): Promise<never> => Promise.reject(new Error('It was opened.'))
  const { gateway, watching } = await watch({ now: () => ({ text: same.sdl, open }) }, same)
  await watching.look()
  expect(gateway.swapCounts()).toEqual({ swapped: 0, refused: 0 })
})

test('a refused graph is tried once, closed, and the next change is tried again', async () => {
  const wrong: TestSubgraph = { ...subgraph('a:Int'), sdl: 'type Query { a: Missing }' }
  const closed: string[] = []
  let now = graphOf(wrong, closed)
  const { gateway, watching } = await watch({ now: () => now }, subgraph('a:Int'))
  await watching.look()
  await watching.look()
  expect(gateway.swapCounts()).toEqual({ swapped: 0, refused: 1 })
  expect(closed).toEqual([wrong.sdl])
  expect(await gateway.ask('{ a }')).toMatchObject({ data: { a: 1 } })
  now = graphOf(subgraph('c:Int'))
  await watching.look()
  expect(await gateway.ask('{ c }')).toMatchObject({ data: { c: 1 } })
})

test('a look that fails leaves the graph, and the next one may see it', async () => {
  let now = (): Promise<WatchedGraph> =>
    Promise.reject(new ClientError('GW_SUBGRAPH_UNREACHABLE', 'It is down.'))
  const { gateway, watching } = await watch({ now: () => now() }, subgraph('a:Int'))
  await watching.look()
  expect(await gateway.ask('{ a }')).toMatchObject({ data: { a: 1 } })
  now = () => Promise.resolve(graphOf(subgraph('d:Int')))
  await watching.look()
  expect(await gateway.ask('{ d }')).toMatchObject({ data: { d: 1 } })
})

test('once stopped nothing is served any more', async () => {
  const { gateway, watching, closed } = await watch(
    { now: () => graphOf(subgraph('e:Int')) },
    subgraph('a:Int'),
  )
  await watching.stop()
  await watching.look()
  expect(gateway.swapCounts().swapped).toBe(0)
  await watching.close()
  expect(closed).toHaveLength(1)
})
