/** The selection pool on a real PostgreSQL: filters, orders and pages, and how it follows products and plans. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { type CreatorsGraph, creatorsGraph, nobody, type PoolNode } from '../testing/creators-graph.ts'
import { openCreators, type TestCreators, type TestEvent } from '../testing/open-creators.ts'

let souk: TestCreators
let graph: CreatorsGraph

beforeAll(async () => {
  souk = await openCreators(inject('databaseAdminUrl'), 'creators_pool')
  graph = creatorsGraph(souk)
})
afterAll(() => souk.close())
beforeEach(() => souk.clock.set(new Date('2026-06-18T08:00:00Z')))

const idsOf = (nodes: readonly PoolNode[]): string[] => nodes.map((node) => node.product.id)
const find = async (filter: object, rest: object = {}): Promise<string[]> =>
  idsOf((await graph.pool(filter, rest)).nodes)

type Listing = {
  title?: string
  categoryId?: string
  shopId?: string
  amount?: number
  currency?: string
  rateBps?: number
}

/** A product in the pool; its id. */
async function list({
  title = 'Lantern',
  categoryId,
  amount = 10_000,
  currency = 'CNY',
  rateBps = 2_000,
}: Listing): Promise<string> {
  const { productId } = graph.product({
    title,
    price: { amount, currency },
    ...(categoryId && { categoryId }),
  })
  await graph.createPlan(productId, rateBps)
  return productId
}

function changed(
  productId: string,
  facts: Partial<TestEvent<'product.changed.v1'>['payload']>,
  occurredAt?: Date,
) {
  const payload = {
    productId,
    shopId: 'shop',
    title: 'Lantern',
    categoryId: null,
    status: 'LISTED' as const,
    price: { amount: 10_000, currency: 'CNY' },
    ...facts,
  }
  return {
    type: 'product.changed.v1' as const,
    entityId: productId,
    payload,
    ...(occurredAt && { occurredAt }),
  }
}

describe('search', () => {
  test('all words must occur, in any form of an English word and in any order', async () => {
    const id = await list({ title: 'WHITE HANGING HEART T-LIGHT HOLDERS' })
    for (const query of ['holder white', 'hanging hearts', '"hanging heart"', 'white -red', 't-light']) {
      expect(await find({ query })).toEqual([id])
    }
    for (const query of ['white red', '"heart hanging"', 'hanging -white'])
      expect(await find({ query })).toEqual([])
  })

  test('a Chinese title is found by any part of it', async () => {
    const [flask, cup] = [await list({ title: '不锈钢保温杯 500ml' }), await list({ title: '陶瓷茶杯' })]
    expect(await find({ query: '保温杯' })).toEqual([flask])
    expect(await find({ query: '温杯' })).toEqual([flask])
    expect(await find({ query: '钢杯' })).toEqual([])
    expect(await find({ query: '杯 -保温' })).toEqual([cup])
    expect((await find({ query: '杯' })).sort()).toEqual([flask, cup].sort())
  })

  test('the best match comes first, and pages of it hold together', async () => {
    const once = await list({ title: 'Moonlamp with a very long name about something else entirely' })
    const often = await list({ title: 'Moonlamp moonlamp moonlamp' })
    const twice = await list({ title: 'Moonlamp moonlamp' })
    expect(await find({ query: 'moonlamp' })).toEqual([often, twice, once])
    const first = await graph.pool({ query: 'moonlamp' }, { first: 1 })
    const rest = await graph.pool({ query: 'moonlamp' }, { first: 5, after: first.pageInfo.endCursor })
    expect([...idsOf(first.nodes), ...idsOf(rest.nodes)]).toEqual([often, twice, once])
  })

  test('what looks like syntax in a query is only words', async () => {
    for (const query of ["'; DROP TABLE x --", ':* & | !', '"', '((', '龙"凤', '\\'])
      expect(await find({ query })).toEqual([])
  })
})

describe('filters', () => {
  test('category, rate, price and commission each narrow the pool, and all of them together', async () => {
    const categoryId = 'filters'
    const cheap = await list({ categoryId, amount: 1_000, rateBps: 5_000 })
    const dear = await list({ categoryId, amount: 9_000, rateBps: 1_000 })
    const foreign = await list({ categoryId, amount: 5_000, currency: 'EUR', rateBps: 3_000 })
    const within = async (filter: object) => (await find({ categoryId, ...filter })).sort()
    expect(await within({})).toEqual([cheap, dear, foreign].sort())
    expect(await within({ rateBpsMin: 3_000 })).toEqual([cheap, foreign].sort())
    expect(await within({ rateBpsMax: 3_000 })).toEqual([dear, foreign].sort())
    expect(await within({ priceMin: 1_001, currency: 'CNY' })).toEqual([dear])
    expect(await within({ priceMax: 8_999, currency: 'CNY' })).toEqual([cheap])
    expect(await within({ commissionMin: 900, currency: 'CNY' })).toEqual([dear])
    expect(await within({ currency: 'EUR' })).toEqual([foreign])
    expect(await within({ shopId: 'other-shop' })).toEqual([])
    const all = {
      shopId: 'shop',
      query: 'lantern',
      rateBpsMin: 1_000,
      rateBpsMax: 1_000,
      priceMin: 9_000,
      priceMax: 9_000,
    }
    expect(await within({ ...all, commissionMin: 900, currency: 'CNY' })).toEqual([dear])
  })

  test('a price or a commission without its currency is bad input, and so is a query without end', async () => {
    for (const filter of [
      { priceMin: 1 },
      { priceMax: 1 },
      { commissionMin: 1 },
      { query: 'x'.repeat(201) },
    ]) {
      await expect(graph.pool(filter)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    }
  })
})

describe('orders and pages', () => {
  const sorts = ['DEFAULT', 'NEWEST', 'RATE_DESC', 'COMMISSION_DESC', 'PRICE_ASC', 'PRICE_DESC'] as const
  const categoryId = 'pages'
  const rank: Record<(typeof sorts)[number], (node: PoolNode) => readonly (number | string)[]> = {
    DEFAULT: () => [],
    NEWEST: () => [],
    RATE_DESC: (node) => [-node.rateBps],
    COMMISSION_DESC: (node) => [-node.estimatedCommission.amount],
    PRICE_ASC: (node) => [node.price.amount],
    PRICE_DESC: (node) => [-node.price.amount],
  }

  beforeAll(async () => {
    // Many ties, so that a page may end between two of them.
    for (let index = 0; index < 12; index += 1) {
      const currency = index % 4 === 3 ? 'EUR' : 'CNY'
      await list({ categoryId, amount: 1_000 * (index % 3), rateBps: 1_000 * (index % 2), currency })
    }
  })

  test.each(sorts)(
    '%s shows each product once over pages of any size, in order within a currency',
    async (sort) => {
      const whole = (await graph.pool({ categoryId }, { sort, first: 100 })).nodes
      expect(new Set(idsOf(whole)).size).toBe(12)
      const ofOneCurrency = whole.filter((node) => node.price.currency === 'CNY')
      const ranks = ofOneCurrency.map((node) => Number(rank[sort](node)[0] ?? 0))
      expect(ranks).toEqual(ranks.toSorted((left, right) => left - right))
      for (const first of [1, 5, 11, 12]) {
        const ids: string[] = []
        for (let after: string | null = null; ;) {
          const page = await graph.pool({ categoryId }, { sort, first, after })
          ids.push(...idsOf(page.nodes))
          if (!page.pageInfo.hasNextPage) break
          after = page.pageInfo.endCursor
        }
        expect(ids).toEqual(idsOf(whole))
      }
    },
  )

  test('a cursor of another order, a forged one and too large a page are bad input', async () => {
    const { pageInfo } = await graph.pool({ categoryId }, { sort: 'PRICE_ASC', first: 1 })
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const wrong = [
      { sort: 'RATE_DESC', after: pageInfo.endCursor },
      { sort: 'PRICE_DESC', after: pageInfo.endCursor },
      { after: 'nonsense' },
      { sort: 'RATE_DESC', after: forged(['RATE_DESC', 1.5, 'x']) },
      { sort: 'RATE_DESC', after: forged(['RATE_DESC', 2 ** 31, 'x']) },
      { sort: 'NEWEST', after: forged(['NEWEST', 'yesterday', 'x']) },
      { sort: 'PRICE_ASC', after: forged(['PRICE_ASC', 'CNY', 1]) },
      { first: 101 },
    ]
    for (const rest of wrong) await expect(graph.pool({}, rest)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})

describe('the read model', () => {
  test('follows the price and title of a product, and what is older changes nothing', async () => {
    const id = await list({ title: 'Old name', categoryId: 'follow' })
    const later = new Date(souk.clock.now().getTime() + 2_000)
    const news = { title: 'New name', categoryId: 'follow', price: { amount: 4_567, currency: 'CNY' } }
    await souk.deliver(changed(id, news, later))
    await souk.deliver(
      changed(
        id,
        { categoryId: 'follow', price: { amount: 1, currency: 'CNY' } },
        new Date(later.getTime() - 1),
      ),
    )
    expect(await find({ query: 'old name' })).toEqual([])
    expect((await graph.pool({ query: 'new name' })).nodes).toMatchObject([
      { product: { id }, price: { amount: 4_567 }, estimatedCommission: { amount: 913 } },
    ])
  })

  test.each(['UNLISTED', 'REMOVED'] as const)(
    'a product that is %s leaves the pool, and its plan stays',
    async (status) => {
      const categoryId = `gone-${status}`
      const id = await list({ categoryId })
      await souk.deliver(changed(id, { categoryId, status }))
      expect(await find({ categoryId })).toEqual([])
      const query =
        'query P($r: [_Any!]!) { _entities(representations: $r) { ... on Product { affiliatePlan { rateBps state } } } }'
      const { _entities } = await graph.get<{ _entities: unknown }>(nobody, query, {
        r: [{ __typename: 'Product', id }],
      })
      expect(_entities).toEqual([{ affiliatePlan: { rateBps: 2_000, state: 'ACTIVE' } }])
      await souk.deliver(changed(id, { categoryId }))
      expect(await find({ categoryId })).toEqual([id])
    },
  )

  test('a product that has no price of its own shop any more leaves the pool', async () => {
    const id = await list({ categoryId: 'no price' })
    await souk.deliver(changed(id, { categoryId: 'no price', price: null }))
    expect(await find({ categoryId: 'no price' })).toEqual([])
  })

  test('an event that came before the plan is not lost, though the plan was asked for with older facts', async () => {
    const { productId } = graph.product({ categoryId: 'race' })
    const later = new Date(souk.clock.now().getTime() + 1)
    await souk.deliver(
      changed(productId, { categoryId: 'race', price: { amount: 777, currency: 'CNY' } }, later),
    )
    await graph.createPlan(productId)
    expect((await graph.pool({ categoryId: 'race' })).nodes).toMatchObject([{ price: { amount: 777 } }])
  })

  test('starts, decreases and ends that were decided ahead show when the job has run after their moment', async () => {
    const categoryId = 'ahead'
    const [lowered, ended, starting] = [
      await list({ categoryId }),
      await list({ categoryId }),
      graph.product({ categoryId }).productId,
    ]
    const planOf = async (productId: string) =>
      (await graph.pool({ categoryId }, { first: 100 })).nodes.find(
        (node) => node.product.id === productId,
      ) as PoolNode & {
        plan: { id: string }
      }
    await graph.changeRate((await planOf(lowered)).plan.id, 500)
    await graph.endPlan((await planOf(ended)).plan.id)
    await graph.createPlan(starting, 3_000, { startsAt: '2026-06-18T16:00:00Z' })
    const rates = async () =>
      Object.fromEntries(
        (await graph.pool({ categoryId })).nodes.map((node) => [node.product.id, node.rateBps]),
      )
    souk.clock.set(new Date('2026-06-18T15:59:59Z'))
    await souk.running.runJob('refresh-selection-pool')
    expect(await rates()).toEqual({ [lowered]: 2_000, [ended]: 2_000 })
    souk.clock.set(new Date('2026-06-18T16:00:00Z'))
    await souk.running.runJob('refresh-selection-pool')
    expect(await rates()).toEqual({ [lowered]: 500, [starting]: 3_000 })
  })
})

describe('statements', () => {
  test('a page of the pool with its plans takes two, however many products it has', async () => {
    await graph.pool({}, { first: 1 })
    souk.takeStatements()
    const { nodes } = await graph.pool({}, { first: 30 })
    expect(nodes.length).toBeGreaterThan(20)
    expect(souk.takeStatements()).toHaveLength(2)
  })

  test('the plans of a hundred products by key take one', async () => {
    const query =
      'query P($r: [_Any!]!) { _entities(representations: $r) { ... on Product { affiliatePlan { rateBps } } } }'
    const r = Array.from({ length: 100 }, (_, index) => ({
      __typename: 'Product',
      id: `product-${String(index).padStart(4, '0')}`,
    }))
    await graph.get(nobody, query, { r: r.slice(0, 1) })
    souk.takeStatements()
    await graph.get(nobody, query, { r })
    expect(souk.takeStatements()).toHaveLength(1)
  })
})
