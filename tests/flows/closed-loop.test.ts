/** The whole loop on one graph: watch, put into the cart, pay, ship, send back, and what the creator earns. */
import { signSandboxTracking } from '@souk/orders'
import { expect, test } from 'vitest'
import {
  checkoutComplete,
  key,
  openLiveRoom,
  openShop,
  payment,
  perform,
  quote,
  registerCreator,
} from '../support/builders.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import { shopper } from '../support/people.ts'
import {
  affiliatePlanCreate,
  afterSaleApprove,
  afterSaleOpen,
  carrierNotify,
  orderReceiptConfirm,
  shipmentCreate,
} from '../support/loop-documents.ts'

const watchQuery = `query ($id: ID!) {
  liveRoom(id: $id) {
    status
    creator { id displayName }
    items(first: 1) { nodes { offer { id source checkoutMode price { amount currency } product { title affiliatePlan { rateBps } } } } }
  }
}`

const loopQuery = `query ($id: ID!) {
  order(id: $id) {
    state
    total { amount currency }
    refundedTotal { amount }
    attribution { entry discoveryMode content { __typename ... on LiveRoom { id title } } creator { displayName } }
    lines { quantity offer { id source checkoutMode } product { title } }
    payment { method state refundedAmount { amount } }
    shipments { state events { code } }
    afterSaleCases { kind state amount { amount } }
  }
}`

const commissionsQuery = `query ($id: ID!) { creator(id: $id) { commissions { nodes { state rateBps base { amount } estimated { amount } } } } }`

type Watched = { liveRoom: { items: { nodes: { offer: { id: string } }[] } } }

eachDeployment('C1 Closed loop: watch → add to cart → pay → ship → after-sale → commission', (souk) => {
  test('one order, walked from the live room to the refund, with the creator paid for what was kept', async () => {
    const shop = await openShop(souk(), [{ title: 'Oiled paper umbrella', amount: 10_000, stock: 5 }])
    const productId = shop.goods[0]?.productId
    const asStaff = await souk().as(shop.staff)
    await perform(asStaff, affiliatePlanCreate, { productId, rateBps: 2_000, idempotencyKey: key() })
    const host = await registerCreator(souk(), 'Mei')
    const liveRoomId = await openLiveRoom(souk(), host, [shop.goods[0]?.offerId ?? ''])
    await souk().settle()

    const buyer = await souk().as(shopper())
    const watched = await buyer.get<Watched>(watchQuery, { id: liveRoomId })
    expect(watched).toMatchObject({
      liveRoom: {
        status: 'LIVE',
        creator: { displayName: 'Mei' },
        items: {
          nodes: [
            {
              offer: {
                source: 'PLATFORM_SHOP',
                checkoutMode: 'IN_APP',
                product: { affiliatePlan: { rateBps: 2_000 } },
              },
            },
          ],
        },
      },
    })
    const offerId = watched.liveRoom.items.nodes[0]?.offer.id ?? ''
    const checkoutId = await quote(buyer, {
      offerId,
      quantity: 2,
      origin: { entry: 'LIVE_ROOM', contentId: liveRoomId },
    })
    const { order } = await perform<{ order: { id: string; state: string } }>(
      buyer,
      checkoutComplete,
      payment(checkoutId),
    )
    expect(order.state).toBe('PAID')

    const { shipment } = await perform<{ shipment: { waybill: string } }>(asStaff, shipmentCreate, {
      orderId: order.id,
      carrier: 'SANDBOX_EXPRESS',
      idempotencyKey: key(),
    })
    const anyone = await souk().as()
    for (const code of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED'] as const) {
      const occurredAt = souk().clock.now().toISOString()
      await perform(
        anyone,
        carrierNotify,
        signSandboxTracking({ waybill: shipment.waybill, events: [{ id: code, code, occurredAt }] }),
      )
      souk().clock.advance(3_600_000)
    }
    const asBuyer = await souk().as(shopper())
    await perform(asBuyer, orderReceiptConfirm, { orderId: order.id })

    const lines = await asBuyer.get<{ order: { lines: { id: string }[] } }>(
      'query ($id: ID!) { order(id: $id) { lines { id } } }',
      { id: order.id },
    )
    const opened = await perform<{ case: { id: string } }>(asBuyer, afterSaleOpen, {
      orderId: order.id,
      kind: 'REFUND_ONLY',
      lines: [{ orderLineId: lines.order.lines[0]?.id, quantity: 1 }],
      reason: 'One of them leaks.',
      idempotencyKey: key(),
    })
    const staffLater = await souk().as(shop.staff)
    await perform(staffLater, afterSaleApprove, { caseId: opened.case.id, idempotencyKey: key() })
    await souk().settle()

    expect(await asBuyer.get(loopQuery, { id: order.id })).toEqual({
      order: {
        state: 'COMPLETED',
        total: { amount: 20_000, currency: 'CNY' },
        refundedTotal: { amount: 10_000 },
        attribution: {
          entry: 'LIVE_ROOM',
          discoveryMode: 'GOODS_FIND_PEOPLE',
          content: { __typename: 'LiveRoom', id: liveRoomId, title: 'Lanterns tonight' },
          creator: { displayName: 'Mei' },
        },
        lines: [
          {
            quantity: 2,
            offer: { id: offerId, source: 'PLATFORM_SHOP', checkoutMode: 'IN_APP' },
            product: { title: 'Oiled paper umbrella' },
          },
        ],
        payment: { method: 'WECHAT_PAY', state: 'CAPTURED', refundedAmount: { amount: 10_000 } },
        shipments: [
          {
            state: 'DELIVERED',
            events: [{ code: 'PICKED_UP' }, { code: 'IN_TRANSIT' }, { code: 'DELIVERED' }],
          },
        ],
        afterSaleCases: [{ kind: 'REFUND_ONLY', state: 'REFUNDED', amount: { amount: 10_000 } }],
      },
    })
    const earned = await (await souk().as(host)).get(commissionsQuery, { id: host.creatorId })
    expect(earned).toEqual({
      creator: {
        commissions: {
          nodes: [
            { state: 'CONFIRMED', rateBps: 2_000, base: { amount: 10_000 }, estimated: { amount: 2_000 } },
          ],
        },
      },
    })
  })

  test("an order is not found by anyone but its buyer and the shop's staff", async () => {
    const shop = await openShop(souk(), [{}])
    const buyer = await souk().as(shopper('olga'))
    const { order } = await perform<{ order: { id: string } }>(
      buyer,
      checkoutComplete,
      payment(await quote(buyer, { offerId: shop.goods[0]?.offerId ?? '' })),
    )
    const other = await openShop(souk(), [], 'Other House')
    const find = 'query ($id: ID!) { order(id: $id) { state buyer { id } shippingAddress { recipient } } }'
    expect((await buyer.get<{ order: object }>(find, { id: order.id })).order).not.toBeNull()
    expect(
      (await (await souk().as(shop.staff)).get<{ order: object }>(find, { id: order.id })).order,
    ).not.toBeNull()
    for (const stranger of [shopper('eve'), other.staff]) {
      expect(await (await souk().as(stranger)).get(find, { id: order.id })).toEqual({ order: null })
    }
    const nobody = await (await souk().as()).ask<{ order: null }>(find, { id: order.id })
    expect([nobody.data.order, nobody.errors?.[0]?.extensions?.code]).toEqual([null, 'UNAUTHENTICATED'])
  })
})
