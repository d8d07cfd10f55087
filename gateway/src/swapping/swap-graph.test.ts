/** Another graph takes the place of the one that is served: nobody notices who doesn't ask for what changed. */
import type { SubgraphResponse } from '@souk/contracts'
import { afterAll, expect, test } from 'vitest'
import { compose } from '../supergraph/compose.ts'
import { testGateway, testSubgraph, type TestSubgraph } from '../testing/test-gateway.ts'

const resolvers = {
  Query: { one: () => 1, name: () => 'old' },
}
const first = testSubgraph('shop', 'type Query { one: Int name: String }', resolvers)
const second = testSubgraph('shop', 'type Query { one: Int title: String }', {
  Query: { one: () => 2, title: () => 'new' },
})
const people = testSubgraph('people', 'type Query { me: String }', { Query: { me: () => 'Ann' } })

const opened: { close: () => Promise<void> }[] = []
afterAll(async () => void (await Promise.all(opened.map((gateway) => gateway.close()))))

async function open(subgraphs: readonly TestSubgraph[], environment: Record<string, string> = {}) {
  const gateway = await testGateway(subgraphs, environment)
  opened.push(gateway)
  return gateway
}

test('the next request after a swap is answered from the new graph, by its subgraphs', async () => {
  const gateway = await open([first])
  expect(await gateway.ask('{ one name }')).toMatchObject({ data: { one: 1, name: 'old' } })
  const { supergraph } = await gateway.swap({ subgraphs: [second, people] })
  expect(supergraph.subgraphs.map(({ name }) => name)).toEqual(['people', 'shop'])
  expect(await gateway.ask('{ one title me }')).toMatchObject({ data: { one: 2, title: 'new', me: 'Ann' } })
  expect(await gateway.ask('{ name }')).toMatchObject({
    errors: [{ extensions: { code: 'GW_VALIDATION_FAILED' } }],
  })
  expect(gateway.supergraph).toBe(supergraph)
  expect(gateway.swapCounts()).toEqual({ swapped: 1, refused: 0 })
})

test('a request that began on the old graph ends on it, and only then the old graph has drained', async () => {
  const started = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<SubgraphResponse>()
  const slow = testSubgraph('shop', 'type Query { one: Int name: String }', resolvers)
  slow.answerWith = () => {
    started.resolve()
    return answered.promise
  }
  const gateway = await open([slow])
  const asked = gateway.ask('{ name }')
  await started.promise
  const { drained } = await gateway.swap({ subgraphs: [second] })
  let isDrained = false
  void drained.then(() => (isDrained = true))
  expect(await gateway.ask('{ title }')).toMatchObject({ data: { title: 'new' } })
  expect(isDrained).toBe(false)
  answered.resolve({ data: { name: 'late' } })
  expect(await asked).toMatchObject({ data: { name: 'late' } })
  await drained
})

test('a graph that does not compose changes nothing, and says which subgraph, what and why', async () => {
  const gateway = await open([first])
  const wrong = { ...second, sdl: 'type Query { one: Missing }' }
  await expect(gateway.swap({ subgraphs: [wrong] })).rejects.toMatchObject({
    code: 'GW_COMPOSITION_FAILED',
    message: expect.stringContaining('[shop] Unknown type Missing'),
  })
  expect(await gateway.ask('{ one name }')).toMatchObject({ data: { one: 1, name: 'old' } })
  expect(gateway.swapCounts()).toEqual({ swapped: 0, refused: 1 })
  await gateway.swap({ subgraphs: [second] })
  expect(await gateway.ask('{ title }')).toMatchObject({ data: { title: 'new' } })
})

test('what is asked most is planned before the new graph is served; what it no longer has is left', async () => {
  const gateway = await open([first], { SOUK_SWAP_OPERATIONS_MAX: '2' })
  for (const query of ['{ one }', '{ one }', '{ one }', '{ name }', '{ name }', '{ a: one }'])
    await gateway.ask(query)
  const before = gateway.planCounts().planned
  expect(await gateway.swap({ subgraphs: [second] })).toMatchObject({ planned: 1, gone: 1 })
  expect(gateway.planCounts().planned).toBe(before + 1)
  expect(await gateway.ask('{ one }')).toMatchObject({ data: { one: 2 } })
  expect(gateway.planCounts().planned).toBe(before + 1)
  await gateway.ask('{ a: one }')
  expect(gateway.planCounts().planned).toBe(before + 2)
})

test('twenty swaps one after the other under load fail no request', async () => {
  const gateway = await open([first])
  let isOver = false
  let answered = 0
  const load = Array.from({ length: 10 }, async () => {
    while (!isOver) {
      const answer = await gateway.ask('{ one }')
      expect(answer).toMatchObject({ status: 200, data: { one: expect.any(Number) } })
      expect(answer.errors).toBeUndefined()
      answered += 1
      // The queue of promises alone would let nothing else have its turn.
      await new Promise(setImmediate)
    }
  })
  // Composed beforehand: a thread for each would be what this test waits for.
  const graphs = [second, first].map((one) => ({ subgraphs: [one], supergraph: compose([one]) }))
  const drained: Promise<void>[] = []
  for (let swap = 0; swap < 20; swap += 1) {
    const graph = graphs[swap % 2]
    if (graph !== undefined) drained.push((await gateway.swap(graph)).drained)
  }
  isOver = true
  await Promise.all([...load, ...drained])
  expect(answered).toBeGreaterThan(20)
  expect(gateway.swapCounts()).toEqual({ swapped: 20, refused: 0 })
})
