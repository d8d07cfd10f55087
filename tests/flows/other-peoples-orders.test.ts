/** What a viewer tries with other people's things, with origins that are not so, and with input that nobody's app sends. */
import { expect, test } from 'vitest'
import {
  address,
  cartItemAdd,
  checkoutComplete,
  checkoutCreate,
  key,
  openLiveRoom,
  openShop,
  payment,
  perform,
  placeOrder,
  quote,
  refusalOf,
  registerCreator,
} from '../support/builders.ts'
import type { Client } from '../support/client.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import {
  afterSaleApprove,
  afterSaleOpen,
  afterSaleReject,
  afterSaleReturnReceive,
  orderLines,
  orderReceiptConfirm,
  shipmentCreate,
} from '../support/loop-documents.ts'
import { operator, serviceProvider, shopper } from '../support/people.ts'

const cartItemUpdate = `mutation ($input: CartItemUpdateInput!) { result: cartItemUpdate(input: $input) { ... on CartItemUpdated { cartItem { id quantity } } } }`
const cartItemRemove = `mutation ($input: CartItemRemoveInput!) { result: cartItemRemove(input: $input) { ... on CartItemRemoved { cartItemId } } }`

async function lineOf(buyer: Client, orderId: string): Promise<string> {
  const { order } = await buyer.get<{ order: { lines: { id: string }[] } }>(orderLines, { id: orderId })
  return order.lines[0]?.id ?? ''
}

eachDeployment("other people's orders", (souk) => {
  test("nobody does anything with somebody else's cart, quote, order or case", async () => {
    const shop = await openShop(souk(), [{ stock: 10 }, { stock: 10 }])
    const other = await openShop(souk(), [{}], 'Other House')
    const offerId = shop.goods[0]?.offerId ?? ''
    const ann = await souk().as(shopper('ann'))
    const { cartItem } = await perform<{ cartItem: { id: string } }>(ann, cartItemAdd, {
      offerId: shop.goods[1]?.offerId,
      quantity: 1,
      origin: { entry: 'MALL' },
    })
    const checkoutId = await quote(ann, { offerId })
    const orderId = await placeOrder(souk(), { offerId, buyer: shopper('ann') })
    const orderLineId = await lineOf(ann, orderId)
    const opened = await perform<{ case: { id: string } }>(ann, afterSaleOpen, {
      orderId,
      kind: 'REFUND_ONLY',
      lines: [{ orderLineId, quantity: 1 }],
      reason: 'mine',
      idempotencyKey: key(),
    })
    const caseId = opened.case.id
    const eve = await souk().as(shopper('eve'))
    const staff = await souk().as(other.staff)
    const agent = await souk().as(serviceProvider('nobody-assigned-me'))
    const attempts: readonly [Client, string, object][] = [
      [eve, cartItemUpdate, { cartItemId: cartItem.id, quantity: 5 }],
      [eve, checkoutCreate, { cartItemIds: [cartItem.id], idempotencyKey: key() }],
      [eve, checkoutComplete, payment(checkoutId)],
      [eve, orderReceiptConfirm, { orderId }],
      [
        eve,
        afterSaleOpen,
        {
          orderId,
          kind: 'REFUND_ONLY',
          lines: [{ orderLineId, quantity: 1 }],
          reason: 'mine',
          idempotencyKey: key(),
        },
      ],
      [staff, shipmentCreate, { orderId, carrier: 'SANDBOX_EXPRESS', idempotencyKey: key() }],
      [staff, afterSaleApprove, { caseId, idempotencyKey: key() }],
      [staff, afterSaleReject, { caseId, reason: 'no', idempotencyKey: key() }],
      [staff, afterSaleReturnReceive, { caseId, idempotencyKey: key() }],
    ]
    for (const [client, mutation, input] of attempts) {
      const { errors } = await client.ask(mutation, { input })
      expect(
        errors?.map(({ extensions }) => extensions?.code),
        mutation,
      ).toEqual(['NOT_FOUND'])
    }
    await perform(eve, cartItemRemove, { cartItemId: cartItem.id })
    expect(
      (await ann.get<{ cart: { items: { id: string }[] } }>('{ cart { items { id } } }')).cart.items.map(
        ({ id }) => id,
      ),
    ).toContain(cartItem.id)
    for (const stranger of [eve, staff, agent]) {
      const seen = await stranger.ask(
        `query ($order: ID!, $case: ID!, $shop: ID!) {
          order(id: $order) { id } afterSaleCase(id: $case) { id }
          shop(id: $shop) { orders { nodes { id } } discoveryShares { orders } } }`,
        { order: orderId, case: caseId, shop: shop.shopId },
      )
      expect(seen.data).toEqual({
        order: null,
        afterSaleCase: null,
        shop: { orders: null, discoveryShares: null },
      })
    }
    expect(await eve.get('query ($id: ID!) { checkout(id: $id) { id } }', { id: checkoutId })).toEqual({
      checkout: null,
    })
  })

  test.each([0, -1, 1_000, 2_147_483_647, -2_147_483_648])(
    'a quantity of %s is refused by its name',
    async (quantity) => {
      const shop = await openShop(souk(), [{ amount: 1_000_000_000, stock: 1_000 }])
      const offerId = shop.goods[0]?.offerId
      const buyer = await souk().as(shopper('greedy'))
      const { errors } = await buyer.ask(cartItemAdd, {
        input: { offerId, quantity, origin: { entry: 'MALL' } },
      })
      expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_INPUT'])
    },
  )

  test('an origin that is not so is not recorded: another room, another creator, a showcase without the product', async () => {
    const shop = await openShop(souk(), [{ title: 'Shown' }, { title: 'Hidden' }])
    const [shown, hidden] = shop.goods
    const host = await registerCreator(souk(), 'Mei')
    const rival = await registerCreator(souk(), 'Rival')
    const room = await openLiveRoom(souk(), host, [shown?.offerId ?? ''])
    const buyer = await souk().as(shopper('liar'))
    const claims: readonly [string | undefined, object][] = [
      [hidden?.offerId, { entry: 'LIVE_ROOM', contentId: room }],
      [shown?.offerId, { entry: 'LIVE_ROOM', contentId: room, creatorId: rival.creatorId }],
      [shown?.offerId, { entry: 'SHORT_VIDEO', contentId: room }],
      [shown?.offerId, { entry: 'SEARCH', creatorId: rival.creatorId }],
      [shown?.offerId, { entry: 'SHOWCASE', creatorId: rival.creatorId }],
      [shown?.offerId, { entry: 'SHOWCASE', creatorId: 'nobody' }],
    ]
    for (const [offerId, origin] of claims) {
      const { code } = await refusalOf(buyer, cartItemAdd, { offerId, quantity: 1, origin })
      expect(code).toBe('ORIGIN_NOT_CONFIRMED')
    }
  })

  test('text that no database takes and cursors that nobody gave are bad input, not faults', async () => {
    const shop = await openShop(souk(), [{ stock: 5 }])
    const buyer = await souk().as(shopper('typist'))
    const staff = await souk().as(shop.staff)
    const checkoutId = await quote(buyer, { offerId: shop.goods[0]?.offerId ?? '' })
    const cursor = (...parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    const answers = [
      await buyer.ask(checkoutComplete, { input: { ...payment(checkoutId), idempotencyKey: 'a\u0000b' } }),
      await buyer.ask(checkoutComplete, {
        input: { ...payment(checkoutId), shippingAddress: { ...address, street: 'a\u0000b' } },
      }),
      await buyer.ask(checkoutComplete, {
        input: { ...payment(checkoutId), paymentToken: 'x'.repeat(100_000) },
      }),
      await buyer.ask('query ($after: String) { orders(after: $after) { nodes { id } } }', {
        after: cursor('1', 'x'),
      }),
      await staff.ask(
        'query ($id: ID!, $after: String) { shop(id: $id) { orders(after: $after) { nodes { id } } } }',
        { id: shop.shopId, after: cursor('+275760-09-13T00:00:00.000Z', 'x') },
      ),
    ]
    const search =
      'query ($after: String, $sort: ProductSearchSort) { productSearch(query: "lantern", sort: $sort, after: $after) { nodes { id } } }'
    answers.push(await buyer.ask(search, { sort: 'NEWEST', after: cursor('NEWEST', '1', 'x') }))
    expect((await buyer.ask(search, { after: cursor('SCORE', 2 ** 40, 'x') })).errors).toBeUndefined()
    answers.push(
      await staff.ask(
        'mutation ($input: ProductCreateInput!) { productCreate(input: $input) { __typename } }',
        {
          input: {
            shopId: shop.shopId,
            title: 'x',
            tags: [],
            skus: [{ code: 'a\u0000b', name: 'n', price: { amount: 1, currency: 'CNY' }, openingStock: 1 }],
            idempotencyKey: key(),
          },
        },
      ),
    )
    expect(answers.map(({ errors }) => errors?.[0]?.extensions?.code)).toEqual(answers.map(() => 'BAD_INPUT'))
  })

  test('a service provider sees orders of a shop only as long as it is assigned to it', async () => {
    const shop = await openShop(souk(), [{}])
    const orderId = await placeOrder(souk(), { offerId: shop.goods[0]?.offerId ?? '' })
    const registered = await perform<{ serviceProvider: { id: string } }>(
      await souk().as(operator),
      'mutation ($input: ServiceProviderRegisterInput!) { result: serviceProviderRegister(input: $input) { __typename ... on ServiceProviderRegistered { serviceProvider { id } } } }',
      { name: 'Harbour', kind: 'DP_AGENCY' },
    )
    const providerId = registered.serviceProvider.id
    const agent = await souk().as(serviceProvider(providerId))
    const find = () =>
      agent.get('query ($id: ID!) { order(id: $id) { id shippingAddress { street } } }', { id: orderId })
    expect(await find()).toEqual({ order: null })
    const proposed = await perform<{ serviceAssignment: { id: string } }>(
      agent,
      'mutation ($input: ServiceAssignmentProposeInput!) { result: serviceAssignmentPropose(input: $input) { __typename ... on ServiceAssignmentProposed { serviceAssignment { id } } } }',
      { serviceProviderId: providerId, shopId: shop.shopId, scopes: ['order:read'] },
    )
    const serviceAssignmentId = proposed.serviceAssignment.id
    const staff = await souk().as(shop.staff)
    await staff.get(
      'mutation ($input: ServiceAssignmentAcceptInput!) { serviceAssignmentAccept(input: $input) { __typename } }',
      { input: { serviceAssignmentId } },
    )
    expect(await find()).toEqual({ order: { id: orderId, shippingAddress: null } })
    await staff.get(
      'mutation ($input: ServiceAssignmentEndInput!) { serviceAssignmentEnd(input: $input) { __typename } }',
      { input: { serviceAssignmentId } },
    )
    expect(await find()).toEqual({ order: null })
  })
})
