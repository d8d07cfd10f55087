/** The bulk import on a real PostgreSQL: once by id, all or nothing, and less trusted than what products says. */
import { type CreatorsImport, creatorsImport } from '@souk/contracts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type CreatorsGraph, creatorsGraph, nobody, operator } from '../testing/creators-graph.ts'
import { openCreators, service, type TestCreators } from '../testing/open-creators.ts'
import { orderPaid } from '../testing/order-events.ts'

let souk: TestCreators
let graph: CreatorsGraph

beforeAll(async () => {
  souk = await openCreators(inject('databaseAdminUrl'), 'creators_import')
  graph = creatorsGraph(souk)
})
afterAll(() => souk.close())

const demo: CreatorsImport = {
  organizations: [{ id: 'org', name: 'Star Network', kind: 'MCN' }],
  creators: [
    { id: 'c1', userId: 'u1', displayName: 'Mei', organizationId: 'org', showcase: true, liveSelling: true },
    { id: 'c2', userId: 'u2', displayName: 'Lan', organizationId: null, showcase: true, liveSelling: false },
  ],
  plans: [
    { id: 'p1', productId: 'g1', shopId: 's1', rateBps: 2_000, startsAt: '2010-12-01T00:00:00Z' },
    { id: 'p2', productId: 'g2', shopId: 's1', rateBps: 1_500, startsAt: '2010-12-01T00:00:00Z' },
  ],
  products: [
    {
      productId: 'g1',
      shopId: 's1',
      title: 'Imported teapot',
      categoryId: 'k',
      amount: 1_250,
      currency: 'GBP',
    },
    {
      productId: 'g2',
      shopId: 's1',
      title: 'Imported kettle',
      categoryId: null,
      amount: 2_000,
      currency: 'GBP',
    },
  ],
  showcaseItems: [
    { id: 'i1', creatorId: 'c1', productId: 'g1', addedAt: '2010-12-02T00:00:00Z' },
    { id: 'i2', creatorId: 'c1', productId: 'g2', addedAt: '2010-11-01T00:00:00Z' },
  ],
}

const importDemo = async (creators: CreatorsImport): Promise<number> =>
  (await graph.get<Record<string, number>>(service, creatorsImport.document, { creators }))[
    creatorsImport.field
  ] as number

test('everything is new the first time and nothing the second', async () => {
  expect(await importDemo(demo)).toBe(9)
  expect(await importDemo(demo)).toBe(0)
  const query = `{
    creators(organizationId: "org") {
      nodes {
        id displayName organization { name kind creators { nodes { id } } }
        showcase { nodes { id lockedRateBps lockedRateVersion product { id } plan { id } } }
      }
    }
  }`
  expect(await graph.get(nobody, query)).toEqual({
    creators: {
      nodes: [
        {
          id: 'c1',
          displayName: 'Mei',
          organization: { name: 'Star Network', kind: 'MCN', creators: { nodes: [{ id: 'c1' }] } },
          showcase: {
            nodes: [
              {
                id: 'i2',
                lockedRateBps: 1_500,
                lockedRateVersion: 1,
                product: { id: 'g2' },
                plan: { id: 'p2' },
              },
              {
                id: 'i1',
                lockedRateBps: 2_000,
                lockedRateVersion: 1,
                product: { id: 'g1' },
                plan: { id: 'p1' },
              },
            ],
          },
        },
      ],
    },
  })
})

test('what was imported is in the pool and earns commission', async () => {
  expect(
    (await graph.pool({ query: 'imported', currency: 'GBP' }, { sort: 'PRICE_ASC' })).nodes,
  ).toMatchObject([
    { product: { id: 'g1' }, estimatedCommission: { amount: 250, currency: 'GBP' } },
    { product: { id: 'g2' }, estimatedCommission: { amount: 300, currency: 'GBP' } },
  ])
  await souk.deliver(
    orderPaid('imported', [{ productId: 'g1', creatorId: 'c1' }], new Date('2010-12-03T00:00:00Z')),
  )
  expect(await graph.commissionsOf('imported')).toMatchObject([
    { rateBps: 2_000, explanation: { rateSource: 'SHOWCASE_LOCK' } },
  ])
})

test('an import does not overwrite what products has said', async () => {
  const payload = {
    productId: 'g2',
    shopId: 's1',
    title: 'Said kettle',
    categoryId: null,
    status: 'LISTED' as const,
    price: { amount: 1, currency: 'GBP' },
  }
  await souk.deliver({ type: 'product.changed.v1', entityId: 'g2', payload })
  expect(await importDemo(demo)).toBe(0)
  expect((await graph.pool({ query: 'kettle' })).nodes).toMatchObject([{ price: { amount: 1 } }])
})

test('an import with an item of a product without a plan is refused whole', async () => {
  const creators = [
    { id: 'c3', userId: 'u3', displayName: 'Bo', organizationId: null, showcase: true, liveSelling: true },
  ]
  const showcaseItems = [{ id: 'i3', creatorId: 'c3', productId: 'unknown', addedAt: '2010-12-02T00:00:00Z' }]
  await expect(importDemo({ ...demo, creators, showcaseItems })).rejects.toMatchObject({ code: 'BAD_INPUT' })
  expect(await graph.get(nobody, '{ creator(id: "c3") { id } }')).toEqual({ creator: null })
})

test('two imports at once add each row once', async () => {
  const many: CreatorsImport = {
    organizations: [],
    creators: [],
    products: Array.from({ length: 200 }, (_, index) => ({
      productId: `m${index}`,
      shopId: 's1',
      title: `Many ${index}`,
      categoryId: null,
      amount: 100,
      currency: 'GBP',
    })),
    plans: Array.from({ length: 200 }, (_, index) => ({
      id: `pm${index}`,
      productId: `m${index}`,
      shopId: 's1',
      rateBps: 1_000,
      startsAt: '2010-12-01T00:00:00Z',
    })),
    showcaseItems: [],
  }
  const reversed = { ...many, products: many.products.toReversed(), plans: many.plans }
  const [left, right] = await Promise.all([importDemo(many), importDemo(reversed)])
  expect((left ?? 0) + (right ?? 0)).toBe(400)
})

test('only services import', async () => {
  await expect(graph.get(operator, creatorsImport.document, { creators: demo })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
})
