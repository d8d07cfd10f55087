/** Commissions on a real PostgreSQL: what an order earns, what a refund takes, in whatever order events come, and who sees it. */
import type { Viewer } from '@souk/contracts'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  type CreatorsGraph,
  creatorsGraph,
  nobody,
  operator,
  staff,
  stranger,
} from '../testing/creators-graph.ts'
import { openCreators, type TestCreators, type TestEvent } from '../testing/open-creators.ts'
import { type LineFacts, orderCompleted, orderPaid, orderRefunded } from '../testing/order-events.ts'

let souk: TestCreators
let graph: CreatorsGraph

beforeAll(async () => {
  souk = await openCreators(inject('databaseAdminUrl'), 'creators_commissions')
  graph = creatorsGraph(souk)
})
afterAll(() => souk.close())

const paid = (orderId: string, lines: readonly LineFacts[]) => orderPaid(orderId, lines, souk.clock.now())
const completed = (orderId: string) => orderCompleted(orderId, souk.clock.now())
const refunded = (orderId: string, caseId: string, amount: number) =>
  orderRefunded(orderId, { caseId, amount }, souk.clock.now())

/** A product in an open plan, and a creator. */
async function enrolled(
  rateBps = 2_000,
): Promise<{ productId: string; mei: { id: string; viewer: Viewer } }> {
  const { productId } = graph.product()
  await graph.createPlan(productId, rateBps)
  return { productId, mei: await graph.creator() }
}

describe('C28 Featured Alliance, basic form', () => {
  test('a product enrolled in an open plan of 20 % is searchable in the pool with its commission', async () => {
    const price = { amount: 9_999, currency: 'CNY' }
    const { productId } = graph.product({ title: 'Jingdezhen porcelain teapot', price })
    const created = await graph.createPlan(productId, 2_000)
    expect(created.__typename).toBe('AffiliatePlanCreated')
    expect((await graph.pool({ query: 'porcelain teapots' })).nodes).toEqual([
      {
        product: { id: productId },
        rateBps: 2_000,
        price,
        estimatedCommission: { amount: 1_999, currency: 'CNY' },
        plan: { id: created.affiliatePlan.id, rateBps: 2_000 },
      },
    ])
  })

  test('an order of 100.00 attributed to a creator estimates a commission of base × 20 %', async () => {
    const { productId, mei } = await enrolled(2_000)
    await souk.deliver(paid('c28', [{ productId, creatorId: mei.id, amount: 10_000 }]))
    const [commission, ...others] = await graph.commissionsOf('c28', mei.viewer)
    expect(others).toEqual([])
    expect(commission).toMatchObject({
      rateBps: 2_000,
      state: 'ESTIMATED',
      base: { amount: 10_000, currency: 'CNY' },
      estimated: { amount: 2_000, currency: 'CNY' },
      explanation: { rateSource: 'PLAN_RATE', planRateVersion: 1, attributionType: 'DIRECT' },
    })
    expect(commission?.explanation.text).toContain('20 %')
  })
})

describe('C51 whole process', () => {
  test('an approved return reduces the base of the commission before settlement', async () => {
    const { productId, mei } = await enrolled()
    await souk.deliver(paid('c51', [{ productId, creatorId: mei.id, amount: 10_000 }]), completed('c51'))
    await souk.deliver(refunded('c51', 'case-1', 4_001))
    expect(await graph.commissionsOf('c51')).toMatchObject([
      { state: 'CONFIRMED', base: { amount: 5_999 }, estimated: { amount: 1_199 } },
    ])
    await souk.deliver(refunded('c51', 'case-2', 5_999))
    const [commission] = await graph.commissionsOf('c51')
    expect(commission).toMatchObject({ state: 'REFUNDED', base: { amount: 0 }, estimated: { amount: 0 } })
    expect(commission?.entries.nodes).toMatchObject([
      { kind: 'ATTRIBUTED', base: { amount: 10_000 }, estimated: { amount: 2_000 } },
      { kind: 'CONFIRMED', base: { amount: 0 }, estimated: { amount: 0 } },
      { kind: 'REFUNDED', base: { amount: -4_001 }, estimated: { amount: -801 } },
      { kind: 'REFUNDED', base: { amount: -5_999 }, estimated: { amount: -1_199 } },
    ])
  })
})

describe('commissions', () => {
  test('a line without a creator, of an unknown creator or without a plan earns nothing', async () => {
    const { productId, mei } = await enrolled()
    const lines = [
      { productId, creatorId: null },
      { productId, creatorId: 'no-one' },
      { productId: graph.product().productId, creatorId: mei.id },
      { productId, creatorId: mei.id, amount: 999 },
    ]
    await souk.deliver(paid('mixed', lines))
    expect(await graph.commissionsOf('mixed')).toMatchObject([
      { orderLineId: 'mixed-4', estimated: { amount: 199 } },
    ])
  })

  test('events in any order, each delivered three times, end in the same commission whose entries add up to it', async () => {
    const { productId, mei } = await enrolled(1_234)
    const orders = permutations([0, 1, 2, 3]).map((order, index) => ({ order, orderId: `shuffled-${index}` }))
    for (const { order, orderId } of orders) {
      const all: readonly TestEvent[] = [
        paid(orderId, [{ productId, creatorId: mei.id, amount: 7_777 }]),
        refunded(orderId, `${orderId}-a`, 1_111),
        completed(orderId),
        refunded(orderId, `${orderId}-b`, 2_222),
      ]
      const shuffled = order.map((index) => ({ ...(all[index] as TestEvent), id: `${orderId}-${index}` }))
      // The same events again, and the same facts once more in events of other ids.
      const renamed = shuffled.map((event) => ({ ...event, id: `${event.id}-again` }))
      expect(await souk.deliver(...shuffled, ...shuffled, ...renamed)).toHaveLength(12)
    }
    for (const { orderId } of orders) {
      const [commission, ...others] = await graph.commissionsOf(orderId)
      expect(others).toEqual([])
      expect(commission).toMatchObject({
        state: 'CONFIRMED',
        base: { amount: 4_444 },
        estimated: { amount: 548 },
      })
      const entries = commission?.entries.nodes ?? []
      expect(entries).toHaveLength(4)
      expect(entries.reduce((sum, entry) => sum + entry.base.amount, 0)).toBe(4_444)
      expect(entries.reduce((sum, entry) => sum + entry.estimated.amount, 0)).toBe(548)
    }
  })

  test('payment, refunds and completion that arrive at the same moment miss nothing of each other', async () => {
    const { productId, mei } = await enrolled()
    const orderIds = Array.from({ length: 10 }, (_, index) => `at-once-${index}`)
    await Promise.all(
      orderIds.flatMap((orderId) => [
        souk.deliver(refunded(orderId, `${orderId}-a`, 4_000)),
        souk.deliver(paid(orderId, [{ productId, creatorId: mei.id }])),
        souk.deliver(completed(orderId)),
        souk.deliver(refunded(orderId, `${orderId}-b`, 1_000)),
      ]),
    )
    const afterAll = { state: 'CONFIRMED', base: { amount: 5_000 }, estimated: { amount: 1_000 } }
    for (const orderId of orderIds) expect(await graph.commissionsOf(orderId)).toMatchObject([afterAll])
  })

  test('a refund in another currency is not handled and changes nothing', async () => {
    const { productId, mei } = await enrolled()
    await souk.deliver(paid('dollars', [{ productId, creatorId: mei.id }]))
    const refund = refunded('dollars', 'case-usd', 100)
    const lines = [{ orderLineId: 'dollars-1', amount: { amount: 100, currency: 'USD' } }]
    souk.expectFailure()
    expect(await souk.deliver({ ...refund, payload: { ...refund.payload, lines } })).toEqual([])
    expect(await graph.commissionsOf('dollars')).toMatchObject([{ base: { amount: 10_000 } }])
  })

  test('a ledger entry can not be changed, not even by a statement', async () => {
    const { productId, mei } = await enrolled()
    await souk.deliver(paid('ledger', [{ productId, creatorId: mei.id }]))
    await expect(souk.database.$executeRawUnsafe('UPDATE commission_entry SET base = 1')).rejects.toThrow(
      'insert-only',
    )
  })
})

describe('who sees a commission', () => {
  const listQuery = `query L($filter: CommissionFilter, $first: Int, $after: String) {
    commissions(filter: $filter, first: $first, after: $after) { nodes { id creator { id } } pageInfo { hasNextPage endCursor } }
  }`
  type List = {
    commissions: {
      nodes: readonly { id: string; creator: { id: string } }[]
      pageInfo: { hasNextPage: boolean; endCursor: string }
    }
  }

  test('its creator, the staff of its shop and operators do, and to anyone else it reads as nothing', async () => {
    const { productId, mei } = await enrolled()
    const lan = await graph.creator()
    const lines = [mei, lan].map(({ id: creatorId }) => ({ productId, creatorId }))
    await souk.deliver(paid('private', lines))
    const seen = async (viewer: Viewer) =>
      (await graph.commissionsOf('private', viewer)).map((each) => each.creator.id).sort()
    const both = [mei.id, lan.id].sort()
    expect(await seen(mei.viewer)).toEqual([mei.id])
    expect(await seen(lan.viewer)).toEqual([lan.id])
    expect(await seen(staff)).toEqual(both)
    expect(await seen(operator)).toEqual(both)
    for (const viewer of [stranger, nobody, { ...staff, scopes: ['cart:write'] }])
      expect(await seen(viewer)).toEqual([])

    const [own] = await graph.commissionsOf('private', mei.viewer)
    const entityQuery =
      'query E($r: [_Any!]!) { _entities(representations: $r) { ... on Commission { id } } }'
    const entity = async (viewer: Viewer) => {
      const r = [{ __typename: 'Commission', id: own?.id }]
      return (await graph.get<{ _entities: unknown }>(viewer, entityQuery, { r }))._entities
    }
    expect(await entity(mei.viewer)).toEqual([{ id: own?.id }])
    expect(await entity(lan.viewer)).toEqual([null])

    const list = async (viewer: Viewer, filter: object = {}) =>
      (await graph.get<List>(viewer, listQuery, { filter, first: 100 })).commissions.nodes.map(
        (each) => each.creator.id,
      )
    expect(await list(mei.viewer)).toEqual([mei.id])
    expect(await list(mei.viewer, { creatorId: lan.id })).toEqual([])
    expect(await list(staff, { creatorId: lan.id })).toEqual([lan.id])
    expect(await list(stranger)).toEqual([])
  })

  test('who is both the creator and the staff of the shop sees each commission once, over all pages', async () => {
    const { productId, mei } = await enrolled()
    const lan = await graph.creator()
    for (let index = 0; index < 7; index += 1) {
      await souk.deliver(paid(`both-${index}`, [{ productId, creatorId: index % 2 === 0 ? mei.id : lan.id }]))
    }
    const both: Viewer = { ...(mei.viewer as typeof staff), shopIds: ['shop'] } as Viewer
    const ids: string[] = []
    for (let after: string | null = null; ;) {
      const { commissions }: List = await graph.get<List>(both, listQuery, { first: 2, after })
      ids.push(...commissions.nodes.map((each) => each.id))
      if (!commissions.pageInfo.hasNextPage) break
      after = commissions.pageInfo.endCursor
    }
    const all = (await graph.get<List>(operator, listQuery, { first: 100, filter: { shopId: 'shop' } }))
      .commissions.nodes
    expect(ids).toEqual(all.map((each) => each.id))
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('who is behind a creator, and what they earn, is for the creator and operators only', async () => {
    const mei = await graph.creator()
    const query =
      'query C($id: ID!) { creator(id: $id) { id userId commissions { nodes { id } } showcase { nodes { id } } } }'
    type Seen = { creator: { userId: string | null; commissions: unknown } }
    const seen = async (viewer: Viewer) => (await graph.get<Seen>(viewer, query, { id: mei.id })).creator
    expect((await seen(mei.viewer)).userId).toMatch(/^person-/)
    expect((await seen(operator)).commissions).toEqual({ nodes: [] })
    expect(await seen({ ...mei.viewer, scopes: ['cart:write'] })).toMatchObject({ commissions: null })
    for (const viewer of [staff, nobody, (await graph.creator()).viewer]) {
      expect(await seen(viewer)).toMatchObject({ userId: null, commissions: null, showcase: { nodes: [] } })
    }
  })
})

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  )
}
