/** Creators choose products, sell them, and see what they will earn. */
import { expect, test } from 'vitest'
import {
  key,
  openLiveRoom,
  openShop,
  perform,
  placeOrder,
  refusalOf,
  registerCreator,
} from '../support/builders.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import { shopper } from '../support/people.ts'

const affiliatePlanCreate = `mutation ($input: AffiliatePlanCreateInput!) {
  result: affiliatePlanCreate(input: $input) { __typename ... on AffiliatePlanCreated { affiliatePlan { id rateBps state } } ... on Refusal { code message } }
}`

const showcaseItemAdd = `mutation ($input: ShowcaseItemAddInput!) {
  result: showcaseItemAdd(input: $input) { __typename ... on ShowcaseItemAdded { item { lockedRateBps } } ... on Refusal { code message } }
}`

const poolQuery = `query ($query: String!) {
  selectionPool(filter: { query: $query }) { nodes { product { id title } rateBps price { amount } estimatedCommission { amount currency } } }
}`

const commissionsQuery = `query ($id: ID!) {
  creator(id: $id) { commissions { nodes { state rateBps base { amount } estimated { amount currency } order { id } explanation { rateSource attributionType } } } }
}`

eachDeployment('C28 Featured Alliance: a product enrolled in an open plan at 20 %', (souk) => {
  test('is found in the selection pool, and an attributed order estimates commission = base × 20 %', async () => {
    const shop = await openShop(souk(), [{ title: 'Celadon teapot', amount: 10_001, stock: 10 }])
    const [goods] = shop.goods
    if (!goods) throw new Error('no goods')
    const { affiliatePlan } = await perform<{ affiliatePlan: object }>(
      await souk().as(shop.staff),
      affiliatePlanCreate,
      {
        productId: goods.productId,
        rateBps: 2_000,
        idempotencyKey: key(),
      },
    )
    expect(affiliatePlan).toMatchObject({ rateBps: 2_000, state: 'ACTIVE' })
    await souk().settle()

    const host = await registerCreator(souk())
    const asHost = await souk().as(host)
    const { selectionPool } = await asHost.get<{ selectionPool: { nodes: object[] } }>(poolQuery, {
      query: 'celadon',
    })
    expect(selectionPool.nodes).toEqual([
      {
        product: { id: goods.productId, title: 'Celadon teapot' },
        rateBps: 2_000,
        price: { amount: 10_001 },
        estimatedCommission: { amount: 2_000, currency: 'CNY' },
      },
    ])
    expect(
      (
        await perform<{ item: { lockedRateBps: number } }>(asHost, showcaseItemAdd, {
          productId: goods.productId,
        })
      ).item.lockedRateBps,
    ).toBe(2_000)

    const liveRoomId = await openLiveRoom(souk(), host, [goods.offerId])
    const orderId = await placeOrder(souk(), {
      offerId: goods.offerId,
      quantity: 3,
      origin: { entry: 'LIVE_ROOM', contentId: liveRoomId },
    })
    await souk().settle()

    const { creator } = await asHost.get<{ creator: { commissions: { nodes: object[] } } }>(
      commissionsQuery,
      { id: host.creatorId },
    )
    expect(creator.commissions.nodes).toEqual([
      {
        state: 'ESTIMATED',
        rateBps: 2_000,
        base: { amount: 30_003 },
        // 6 000.6 fen: a fraction that nobody paid in is not paid out.
        estimated: { amount: 6_000, currency: 'CNY' },
        order: { id: orderId },
        explanation: { rateSource: 'SHOWCASE_LOCK', attributionType: 'DIRECT' },
      },
    ])
  })

  test('an order that no creator led to owes no commission', async () => {
    const shop = await openShop(souk(), [{ title: 'Plain bowl' }])
    const [goods] = shop.goods
    if (!goods) throw new Error('no goods')
    await perform(await souk().as(shop.staff), affiliatePlanCreate, {
      productId: goods.productId,
      rateBps: 2_000,
      idempotencyKey: key(),
    })
    const orderId = await placeOrder(souk(), { offerId: goods.offerId, origin: { entry: 'SEARCH' } })
    await souk().settle()
    const asStaff = await souk().as(shop.staff)
    expect(
      await asStaff.get(`query ($id: ID!) { order(id: $id) { commissions { nodes { id } } } }`, {
        id: orderId,
      }),
    ).toEqual({ order: { commissions: { nodes: [] } } })
  })

  test("another creator's commissions can't be seen", async () => {
    const [owner, other] = [await registerCreator(souk(), 'Owner'), await registerCreator(souk(), 'Other')]
    const seen = await (
      await souk().as(other)
    ).get<{ creator: { commissions: unknown } }>(commissionsQuery, { id: owner.creatorId })
    expect(seen.creator.commissions).toBeNull()
    const { data, errors } = await (
      await souk().as(shopper())
    ).ask<{ creator: { commissions: unknown } }>(commissionsQuery, { id: owner.creatorId })
    expect(data.creator.commissions).toBeNull()
    expect(errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
      [['creator', 'commissions'], 'FORBIDDEN'],
    ])
  })

  test('asking for an order that the creator may not see costs the order, not the list of commissions', async () => {
    const shop = await openShop(souk(), [{ title: 'Tea bowl', amount: 1_000 }])
    const [goods] = shop.goods
    if (!goods) throw new Error('no goods')
    const plan = { productId: goods.productId, rateBps: 1_000, idempotencyKey: key() }
    await perform(await souk().as(shop.staff), affiliatePlanCreate, plan)
    const host = await registerCreator(souk(), 'Curious')
    const liveRoomId = await openLiveRoom(souk(), host, [goods.offerId])
    await placeOrder(souk(), {
      offerId: goods.offerId,
      origin: { entry: 'LIVE_ROOM', contentId: liveRoomId },
    })
    await souk().settle()
    const query = '{ commissions(first: 1) { nodes { estimated { amount } order { number } } } }'
    const { data } = await (await souk().as(host)).ask<object>(query)
    expect(data).toEqual({ commissions: { nodes: [{ estimated: { amount: 100 }, order: null }] } })
  })

  test('a creator without the permission is refused the showcase (C29)', async () => {
    const shop = await openShop(souk(), [{}])
    const newcomer = await registerCreator(souk(), 'Newcomer', { showcase: false, liveSelling: false })
    const refused = await refusalOf(await souk().as(newcomer), showcaseItemAdd, {
      productId: shop.goods[0]?.productId,
    })
    expect(refused.code).toBe('PERMISSION_REQUIRED')
  })
})
