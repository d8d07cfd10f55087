/** Parcels: tracking events arrive in any order and any number of times. */
import { signSandboxTracking } from '@souk/orders'
import { expect, test } from 'vitest'
import { key, openShop, perform, placeOrder, refusalOf } from '../support/builders.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import { carrierNotify, shipmentCreate } from '../support/loop-documents.ts'
import { shopper } from '../support/people.ts'

const shipmentQuery = `query ($id: ID!) { order(id: $id) { state shipments { state deliveredAt events { code occurredAt } } } }`

type Tracked = {
  order: { state: string; shipments: { state: string; events: { code: string; occurredAt: string }[] }[] }
}

const steps = ['PICKED_UP', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'] as const

eachDeployment('C50 Third-party logistics: out-of-order tracking events give a monotone state', (souk) => {
  test.each([
    ['backwards', [3, 2, 1, 0]],
    ['shuffled and repeated', [2, 0, 2, 3, 1, 0, 3]],
  ])(
    '%s: the state never goes back, and every event is kept once, in the order it happened',
    async (_how, order) => {
      const shop = await openShop(souk(), [{}])
      const buyer = shopper(`c50-${key().slice(0, 6)}`)
      const orderId = await placeOrder(souk(), { offerId: shop.goods[0]?.offerId ?? '', buyer })
      const { shipment } = await perform<{ shipment: { waybill: string } }>(
        await souk().as(shop.staff),
        shipmentCreate,
        { orderId, carrier: 'SANDBOX_EXPRESS', idempotencyKey: key() },
      )
      const start = souk().clock.now().getTime()
      const carrier = await souk().as()
      const asBuyer = await souk().as(buyer)
      let furthest = -1
      for (const index of order) {
        const code = steps[index] ?? 'PICKED_UP'
        const event = {
          id: `${orderId}-${code}`,
          code,
          occurredAt: new Date(start + index * 60_000).toISOString(),
        }
        await perform(
          carrier,
          carrierNotify,
          signSandboxTracking({ waybill: shipment.waybill, events: [event] }),
        )
        const seen = await asBuyer.get<Tracked>(shipmentQuery, { id: orderId })
        furthest = Math.max(furthest, index)
        expect(seen.order.shipments[0]?.state).toBe(steps[furthest])
      }
      const { order: tracked } = await asBuyer.get<Tracked>(shipmentQuery, { id: orderId })
      expect(tracked.state).toBe('DELIVERED')
      expect(tracked.shipments[0]?.events.map((event) => event.code)).toEqual([...steps])
    },
  )

  test('a notice that the carrier did not sign is refused', async () => {
    const notice = signSandboxTracking({
      waybill: 'SX000000000000',
      events: [{ id: 'x', code: 'DELIVERED', occurredAt: souk().clock.now().toISOString() }],
    })
    expect((await refusalOf(await souk().as(), carrierNotify, { ...notice, signature: 'forged' })).code).toBe(
      'NOTICE_SIGNATURE_INVALID',
    )
  })

  test('an order that is not paid is not shipped', async () => {
    const shop = await openShop(souk(), [{}])
    const { errors } = await (
      await souk().as(shop.staff)
    ).ask(shipmentCreate, { input: { orderId: key(), carrier: 'SANDBOX_EXPRESS', idempotencyKey: key() } })
    expect(errors?.[0]?.extensions?.code).toBe('NOT_FOUND')
  })
})
