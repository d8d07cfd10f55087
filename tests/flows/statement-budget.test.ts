/** How often an order asks the database, counted where the statements leave the process. */
import { signSandboxTracking } from '@souk/orders'
import { expect, test } from 'vitest'
import { checkoutComplete, key, openShop, payment, perform, quote } from '../support/builders.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import { carrierNotify, orderReceiptConfirm, shipmentCreate } from '../support/loop-documents.ts'
import { shopper } from '../support/people.ts'

// Two widely used platforms take 263 and 512 for the way to the payment alone; this is the way to the received parcel.
const statementsMax = 40

eachDeployment('a whole order takes few SQL statements', (souk) => {
  // Each relay asks once a second whether anything is due, order or no order. Of these questions only those that find
  // the order's events are part of it: one after the payment, one after the receipt.
  const isQuestionOfRelay = (sql: string): boolean =>
    sql.includes('UPDATE outbox_event event SET next_attempt_at')
  const questionsOfTheOrder = 2

  test(`from the cart to the received parcel at most ${statementsMax}, over all its requests and its events`, async () => {
    const shop = await openShop(souk(), [{}])
    const buyer = await souk().as(shopper())
    const asStaff = await souk().as(shop.staff)
    const carrier = await souk().as()
    const offerId = shop.goods[0]?.offerId ?? ''
    await souk().settle()
    // The first order warms what is looked up once in a process' life; the second is counted.
    await wholeOrder(await souk().as(shopper('first')))
    souk().takeStatements()

    const counts: Record<string, number> = {}
    await wholeOrder(buyer, counts)
    const total = Object.values(counts).reduce((sum, count) => sum + count, questionsOfTheOrder)
    expect(total, JSON.stringify(counts)).toBeLessThanOrEqual(statementsMax)
    expect(total, 'nothing was counted').toBeGreaterThan(10)

    async function wholeOrder(client: typeof buyer, tally: Record<string, number> = {}): Promise<void> {
      const count = (step: string): void => {
        tally[step] = souk()
          .takeStatements()
          .filter(({ sql }) => !isQuestionOfRelay(sql)).length
      }
      const checkoutId = await quote(client, { offerId })
      count('cart and checkout')
      const { order } = await perform<{ order: { id: string } }>(
        client,
        checkoutComplete,
        payment(checkoutId),
      )
      count('payment')
      await souk().settle()
      count('events of the payment')
      const { shipment } = await perform<{ shipment: { waybill: string } }>(asStaff, shipmentCreate, {
        orderId: order.id,
        carrier: 'SANDBOX_EXPRESS',
        idempotencyKey: key(),
      })
      count('shipment')
      const occurredAt = souk().clock.now().toISOString()
      await perform(
        carrier,
        carrierNotify,
        signSandboxTracking({
          waybill: shipment.waybill,
          events: [{ id: `${order.id}-d`, code: 'DELIVERED', occurredAt }],
        }),
      )
      count('tracking')
      await perform(client, orderReceiptConfirm, { orderId: order.id })
      count('receipt')
      await souk().settle()
      count('events of the receipt')
    }
  })
})
