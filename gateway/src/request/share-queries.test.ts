/** Queries of clients that are answered by another one's run, and those that must not be. */
import { Fault, type SubgraphResponse, type Viewer } from '@souk/contracts'
import { afterAll, expect, test } from 'vitest'
import { settled } from '../testing/manual-time.ts'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'
import type { CompiledOperation } from './operation.ts'
import { createQuerySharing, type RanOperation, type SharedQuestion } from './share-queries.ts'

const shop = testSubgraph(
  'shop',
  'type Query { a(id: ID): String b: String } type Mutation { buy: String }',
  { Query: { a: () => 'answered' }, Mutation: { buy: () => 'bought' } },
)
const gateway = await testGateway([shop])
const alone = await testGateway([shop], { SOUK_SHARED_QUERIES: 'off', SOUK_SHARED_CALLS: 'off' })
afterAll(async () => void (await Promise.all([gateway.close(), alone.close()])))

/** Holds the subgraph's answers until the test gives them. */
function hold() {
  const waiting: { resolve: (answer: SubgraphResponse) => void; reject: (error: unknown) => void }[] = []
  const signals: AbortSignal[] = []
  shop.answerWith = (_request, signal) => {
    signals.push(signal)
    return new Promise((resolve, reject) => void waiting.push({ resolve, reject }))
  }
  return { waiting, signals }
}

async function asked(count: number, waiting: readonly unknown[]): Promise<void> {
  while (waiting.length < count) await settled()
  // Whoever was not counted on has time to come as well.
  for (let turn = 0; turn < 20; turn += 1) await settled()
}

test('a query in flight answers its twins, and their subgraphs are asked once', async () => {
  const { waiting } = hold()
  const before = gateway.queriesShared()
  const asking = ['1', '2', '3'].map(() =>
    gateway.ask('query A($id: ID) { a(id: $id) }', { variables: { id: 1 } }),
  )
  await asked(1, waiting)
  expect(waiting).toHaveLength(1)
  waiting[0]?.resolve({ data: { a: 'one' } })
  for (const answer of await Promise.all(asking))
    expect(answer).toMatchObject({ status: 200, data: { a: 'one' } })
  expect(gateway.queriesShared() - before).toBe(2)
})

test('a fault is told to each with the id of its own request', async () => {
  const { waiting } = hold()
  const requests = ['first', 'second'].map((requestId) =>
    gateway.execute({ requestId, body: { query: '{ b }' } }),
  )
  await asked(1, waiting)
  expect(waiting).toHaveLength(1)
  waiting[0]?.reject(new Fault('SUBGRAPH_UNAVAILABLE', 'gone'))
  const bodies = (await Promise.all(requests)).map(({ body }) => JSON.parse(body) as unknown)
  expect(bodies).toMatchObject([
    { data: { b: null }, errors: [{ extensions: { requestId: 'first' } }] },
    { data: { b: null }, errors: [{ extensions: { requestId: 'second' } }] },
  ])
})

test.each([
  ['mutations', 'mutation { buy }', {}],
  ['queries that want their plan', '{ a }', { 'x-souk-query-plan': '1' }],
])('%s are run each by itself', async (_what, query, headers) => {
  const before = gateway.queriesShared()
  const { waiting } = hold()
  const asking = [gateway.ask(query, { headers }), gateway.ask(query, { headers })]
  await asked(1, waiting)
  for (const one of waiting) one.resolve({ data: { a: 'a', buy: 'b' } })
  await Promise.all(asking)
  expect(gateway.queriesShared()).toBe(before)
})

test('where sharing is switched off every query has its own run and its own call', async () => {
  const { waiting } = hold()
  const asking = [alone.ask('{ a }'), alone.ask('{ a }')]
  await asked(2, waiting)
  expect(waiting).toHaveLength(2)
  for (const one of waiting) one.resolve({ data: { a: 'a' } })
  await Promise.all(asking)
  expect(alone.queriesShared()).toBe(0)
})

test('a client that hangs up takes the answer from no other, and the last one ends the call', async () => {
  const { waiting, signals } = hold()
  const [first, second] = [new AbortController(), new AbortController()]
  const body = { query: '{ a }' }
  const asking = [first, second].map(({ signal }) => gateway.execute({ body, signal }))
  await asked(1, waiting)
  first.abort()
  await settled()
  expect(signals[0]?.aborted).toBe(false)
  second.abort()
  expect(signals[0]?.aborted).toBe(true)
  const third = gateway.execute({ body })
  await asked(2, waiting)
  waiting[1]?.resolve({ data: { a: 'anew' } })
  expect(JSON.parse((await third).body)).toEqual({ data: { a: 'anew' } })
  await Promise.all(asking)
})

const operation = {} as CompiledOperation
const ann: Viewer = { kind: 'user', userId: 'ann', scopes: ['order:read'], shopIds: ['s1'] }
const question: SharedQuestion = {
  operation,
  variables: { id: { in: [1] } },
  viewer: ann,
  headers: { authorization: 'Bearer ann', 'x-tenant': 'north', 'user-agent': 'a' },
  endsAtMs: 1_000,
}
const never = new AbortController().signal

/** How many runs it takes to answer both. */
async function runs(one: SharedQuestion, other: SharedQuestion): Promise<number> {
  const sharing = createQuerySharing({
    forwarding: [{ forward: 'Authorization' }, { forward: 'X-Tenant', as: 'x-organisation', to: ['a'] }],
    nowMs: () => 0,
  })
  let count = 0
  const run = (): Promise<RanOperation> => {
    count += 1
    return Promise.resolve({ answer: { errors: [] }, fetches: [], countCost: () => 0 })
  }
  await Promise.all([sharing.run(one, never, run), sharing.run(other, never, run)])
  return count
}

test.each<[string, Partial<SharedQuestion>, number]>([
  ['the same in other objects', structuredClone({ variables: question.variables, viewer: ann }), 1],
  ['a header that reaches no subgraph', { headers: { ...question.headers, 'user-agent': 'b' } }, 1],
  ['another operation', { operation: { ...operation } }, 2],
  ['another variable', { variables: { id: { in: [2] } } }, 2],
  ['a variable more', { variables: { ...question.variables, more: null } }, 2],
  ['another viewer', { viewer: { ...ann, userId: 'ben' } }, 2],
  ['the viewer with another scope', { viewer: { ...ann, scopes: [] } }, 2],
  ['the viewer with another shop', { viewer: { ...ann, shopIds: ['s2'] } }, 2],
  ['another authorization', { headers: { ...question.headers, authorization: 'Bearer ben' } }, 2],
  ['a forwarded header less', { headers: { authorization: 'Bearer ann' } }, 2],
  ['a little less time than the run may take', { endsAtMs: 750 }, 1],
  ['less time than the run may take', { endsAtMs: 749 }, 2],
  ['much more time than the run has', { endsAtMs: 2_001 }, 2],
])('with %s it takes its number of runs', async (_what, different, count) => {
  expect(await runs(question, { ...question, ...different })).toBe(count)
})
