/** Carts, quotes and the figures made of where things were found, on a real PostgreSQL (C2, C3, C16). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  buyer,
  key,
  offer,
  openOrders,
  operator,
  type OrdersUnderTest,
  purchase,
  staff,
} from '../testing/open-orders.ts'

let souk: OrdersUnderTest

beforeAll(async () => {
  souk = await openOrders()
  const { offers, content, stock } = souk.world
  offers.set(
    'taobao',
    offer('taobao', {
      source: 'TAOBAO',
      checkoutMode: 'EXTERNAL_REDIRECT',
      externalUrl: 'https://item.example.com/1',
    }),
  )
  offers.set('other-shop', offer('other-shop', { shopId: 'shop-2' }))
  offers.set('pounds', offer('pounds', { price: { amount: 10, currency: 'GBP' } }))
  offers.set('gone', offer('gone', { sellable: false }))
  content.set('room', {
    contentId: 'room',
    contentKind: 'LIVE_ROOM',
    creatorId: 'creator-mei',
    offerIds: ['o1', 'taobao'],
  })
  content.set('video', {
    contentId: 'video',
    contentKind: 'SHORT_VIDEO',
    creatorId: 'creator-lin',
    offerIds: ['o1'],
  })
  for (const id of offers.keys()) stock.set(`sku-of-${id}`, 1_000)
})
afterAll(() => souk.close())

const add = (offerId: string, origin: object = { entry: 'MALL' }, viewer = buyer()) =>
  souk.mutate(viewer, 'cartItemAdd', { offerId, quantity: 1, origin })

async function quote(offerIds: readonly string[], viewer = buyer(key())) {
  const cartItemIds: string[] = []
  for (const offerId of offerIds) cartItemIds.push((await add(offerId, undefined, viewer)).cartItem.id)
  return await souk.mutate(viewer, 'checkoutCreate', { cartItemIds, idempotencyKey: key() })
}

describe('C2', () => {
  test('an offer of another platform may lie in the cart, but its checkout is refused with the link', async () => {
    expect(await quote(['o1', 'taobao'])).toMatchObject({
      code: 'OFFER_NOT_SELLABLE_IN_APP',
      source: 'TAOBAO',
      externalUrl: 'https://item.example.com/1',
    })
  })
  test('an offer of a platform shop is quoted', async () => {
    expect(await quote(['o1'])).toMatchObject({
      checkout: { state: 'OPEN', total: { amount: 10_000, currency: 'CNY' } },
    })
  })
})

describe('quotes', () => {
  test('what is gone, several shops, several currencies and nothing are refused', async () => {
    expect(await quote(['gone'])).toMatchObject({ code: 'OFFER_UNAVAILABLE', offers: [{ id: 'gone' }] })
    expect(await quote(['o1', 'other-shop'])).toMatchObject({
      code: 'SEVERAL_SHOPS',
      shops: [{ id: 'shop-1' }, { id: 'shop-2' }],
    })
    expect(await quote(['o1', 'pounds'])).toMatchObject({
      code: 'SEVERAL_CURRENCIES',
      currencies: ['CNY', 'GBP'],
    })
    expect(await quote([])).toMatchObject({ code: 'EMPTY' })
  })
  test('the same key is the same quote, at once as well; with other items it is an error', async () => {
    const viewer = buyer('key')
    const items = [
      (await add('o1', undefined, viewer)).cartItem.id,
      (await add('o2', undefined, viewer)).cartItem.id,
    ]
    const input = { cartItemIds: items, idempotencyKey: key() }
    const answers = await Promise.all([1, 2, 3, 4].map(() => souk.mutate(viewer, 'checkoutCreate', input)))
    expect(new Set(answers.map((answer) => answer.checkout.id)).size).toBe(1)
    const { codes } = await souk.ask(
      viewer,
      'mutation ($input: CheckoutCreateInput!) { checkoutCreate(input: $input) { __typename } }',
      {
        input: { ...input, cartItemIds: items.slice(1) },
      },
    )
    expect(codes).toEqual(['IDEMPOTENCY_KEY_REUSED'])
  })
  test("items of someone else's cart read as not found", async () => {
    const { cartItem } = await add('o1', undefined, buyer('ann'))
    const { codes } = await souk.ask(
      buyer('eve'),
      'mutation ($input: CheckoutCreateInput!) { checkoutCreate(input: $input) { __typename } }',
      {
        input: { cartItemIds: [cartItem.id], idempotencyKey: key() },
      },
    )
    expect(codes).toEqual(['NOT_FOUND'])
  })
  test('an offer from the same place adds up, from another place it is another line; a full cart takes no new line', async () => {
    const viewer = buyer('full')
    await add('o1', { entry: 'MALL' }, viewer)
    expect((await add('o1', { entry: 'MALL' }, viewer)).cartItem.quantity).toBe(2)
    const { cartItem } = await add('o1', { entry: 'SEARCH' }, viewer)
    expect(cartItem.quantity).toBe(1)
    expect(
      await souk.mutate(viewer, 'cartItemUpdate', { cartItemId: cartItem.id, quantity: 7 }),
    ).toMatchObject({ cartItem: { quantity: 7 } })
    await souk.mutate(viewer, 'cartItemRemove', { cartItemId: cartItem.id })
    expect(await souk.get(viewer, '{ cart { itemCount } }')).toEqual({ cart: { itemCount: 2 } })
    for (let index = 0; index < 99; index += 1) {
      souk.world.offers.set(`many-${index}`, offer(`many-${index}`))
      await add(`many-${index}`, { entry: 'MALL' }, viewer)
    }
    expect(await add('o2', { entry: 'MALL' }, viewer)).toMatchObject({ code: 'CART_FULL' })
  })
})

describe('C16', () => {
  test('an origin is taken from the content, not from the client', async () => {
    const { cartItem } = await add('o1', { entry: 'LIVE_ROOM', contentId: 'room' })
    expect(cartItem.origin).toEqual({
      entry: 'LIVE_ROOM',
      discoveryMode: 'GOODS_FIND_PEOPLE',
      content: { __typename: 'LiveRoom', id: 'room' },
      creator: { id: 'creator-mei' },
    })
    expect(await add('o2', { entry: 'LIVE_ROOM', contentId: 'room' })).toMatchObject({
      code: 'ORIGIN_NOT_CONFIRMED',
      reason: 'OFFER_NOT_SHOWN',
    })
  })
  test('a showcase is an origin only of the products that it shows', async () => {
    souk.world.showcases.set('creator-mei', ['product-of-o1'])
    const origin = { entry: 'SHOWCASE', creatorId: 'creator-mei' }
    expect((await add('o1', origin)).cartItem.origin).toMatchObject({ creator: { id: 'creator-mei' } })
    expect(await add('o2', origin)).toMatchObject({ reason: 'OFFER_NOT_SHOWN' })
    expect(await add('o1', { ...origin, creatorId: 'creator-lin' })).toMatchObject({
      reason: 'CREATOR_NOT_FOUND',
    })
  })
  test('the shares of a shop sum to exactly 10000', async () => {
    const shopOffer = 'shares'
    souk.world.offers.set(shopOffer, offer(shopOffer, { shopId: 'shop-shares' }))
    souk.world.stock.set(`sku-of-${shopOffer}`, 10)
    souk.world.content.set('shares-video', {
      contentId: 'shares-video',
      contentKind: 'SHORT_VIDEO',
      creatorId: null,
      offerIds: [shopOffer],
    })
    const ask = async () =>
      await souk.get<{ _entities: [{ discoveryShares: { mode: string; orders: number; share: number }[] }] }>(
        staff('shop-shares'),
        '{ _entities(representations: [{ __typename: "Shop", id: "shop-shares" }]) { ... on Shop { discoveryShares { mode orders share } } } }',
      )
    expect((await ask())._entities[0].discoveryShares).toEqual([])
    for (const origin of [
      { entry: 'SEARCH' },
      { entry: 'MALL' },
      { entry: 'CONTENT_FEED', contentId: 'shares-video' },
    ]) {
      const viewer = buyer(key())
      const { cartItem } = await add(shopOffer, origin, viewer)
      const { checkout } = await souk.mutate(viewer, 'checkoutCreate', {
        cartItemIds: [cartItem.id],
        idempotencyKey: key(),
      })
      await souk.mutate(viewer, 'checkoutComplete', purchase(checkout.id))
    }
    expect((await ask())._entities[0].discoveryShares).toEqual([
      { mode: 'GOODS_FIND_PEOPLE', orders: 1, share: 3333 },
      { mode: 'PEOPLE_FIND_GOODS', orders: 2, share: 6667 },
    ])
  })
})

describe('C3', () => {
  const summary =
    '{ _entities(representations: [{ __typename: "LiveRoomCommerceSummary", liveRoomId: "room" }]) { ... on LiveRoomCommerceSummary { paidAmount { amount currency } paidAmountBySource { source amount { amount currency } } } } }'
  const report = (change: object = {}) => ({
    source: 'TAOBAO',
    liveRoomId: 'room',
    offerId: 'taobao',
    amount: { amount: 9_000, currency: 'CNY' },
    externalOrderId: 'T-1',
    paidAt: souk.clock.now().toISOString(),
    idempotencyKey: key(),
    ...change,
  })

  test('a live room sums what it sold in the app and elsewhere, and the parts are the whole', async () => {
    expect(await souk.get(buyer(), summary)).toEqual({
      _entities: [{ paidAmount: { amount: 0, currency: 'CNY' }, paidAmountBySource: [] }],
    })
    const viewer = buyer('watcher')
    const { cartItem } = await add('o1', { entry: 'LIVE_ROOM', contentId: 'room' }, viewer)
    const { checkout } = await souk.mutate(viewer, 'checkoutCreate', {
      cartItemIds: [cartItem.id],
      idempotencyKey: key(),
    })
    await souk.mutate(viewer, 'checkoutComplete', purchase(checkout.id))
    await Promise.all([1, 2, 3].map(() => souk.mutate(operator, 'externalConversionReport', report())))
    await souk.mutate(
      operator,
      'externalConversionReport',
      report({ externalOrderId: 'T-2', amount: { amount: 500, currency: 'GBP' } }),
    )
    expect(await souk.get(buyer(), summary)).toEqual({
      _entities: [
        {
          paidAmount: { amount: 19_000, currency: 'CNY' },
          paidAmountBySource: [
            { source: 'PLATFORM_SHOP', amount: { amount: 10_000, currency: 'CNY' } },
            { source: 'TAOBAO', amount: { amount: 9_000, currency: 'CNY' } },
          ],
        },
      ],
    })
  })
  test('an external order that is reported with other facts is refused', async () => {
    expect(
      await souk.mutate(
        operator,
        'externalConversionReport',
        report({ amount: { amount: 1, currency: 'CNY' } }),
      ),
    ).toMatchObject({
      code: 'EXTERNAL_CONVERSION_CONFLICT',
    })
  })
})
