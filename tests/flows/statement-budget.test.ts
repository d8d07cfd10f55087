/** How often an order asks the database, counted where the statements leave the process. */
import { signSandboxTracking } from '@souk/orders'
import { expect, test } from 'vitest'
import {
  checkoutComplete,
  key,
  openLiveRoom,
  openShop,
  type Origin,
  payment,
  perform,
  quote,
  registerCreator,
  type TestShop,
} from '../support/builders.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import {
  affiliatePlanCreate,
  carrierNotify,
  orderReceiptConfirm,
  shipmentCreate,
} from '../support/loop-documents.ts'
import { shopper } from '../support/people.ts'
import type { Platform } from '../support/platform.ts'

// Two widely used platforms take 263 and 512 for the way to the payment alone; this is the way to the received parcel.
const statementsMax = 40

type Counts = { requests: number; events: number }

// Each relay asks once a second whether anything is due, order or no order. Of these questions only those that find
// the order's events are part of it: one after the payment, one after the receipt.
const isQuestionOfRelay = (sql: string): boolean =>
  sql.includes('UPDATE outbox_event event SET next_attempt_at')
const questionsOfTheOrder = 2

eachDeployment('a whole order takes few SQL statements', (souk) => {
  test(`from the mall to the received parcel at most ${statementsMax}, over all its requests and its events`, async () => {
    const shop = await openShop(souk(), [{}])
    const { requests, events } = await countOrder(souk(), shop, { entry: 'MALL' })
    expect(requests, 'nothing was counted').toBeGreaterThan(10)
    expect(requests + events).toBeLessThanOrEqual(statementsMax)
  })

  test(`from a live room, with a commission, at most ${statementsMax} over all its requests`, async () => {
    const shop = await openShop(souk(), [{}])
    const { productId, offerId } = shop.goods[0] ?? { productId: '', offerId: '' }
    const plan = { productId, rateBps: 2_000, idempotencyKey: key() }
    await perform(await souk().as(shop.staff), affiliatePlanCreate, plan)
    const contentId = await openLiveRoom(souk(), await registerCreator(souk()), [offerId])
    const { requests } = await countOrder(souk(), shop, { entry: 'LIVE_ROOM', contentId })
    expect(requests, 'nothing was counted').toBeGreaterThan(10)
    expect(requests).toBeLessThanOrEqual(statementsMax)
  })
})

/** The first order warms what is looked up once in a process' life; the second is counted. */
async function countOrder(souk: Platform, shop: TestShop, origin: Origin): Promise<Counts> {
  await souk.settle()
  await wholeOrder(souk, shop, origin)
  souk.takeStatements()
  return await wholeOrder(souk, shop, origin)
}

async function wholeOrder(souk: Platform, shop: TestShop, origin: Origin): Promise<Counts> {
  const counts: Counts = { requests: 0, events: questionsOfTheOrder }
  const countAs = (kind: keyof Counts): void => {
    counts[kind] += souk.takeStatements().filter(({ sql }) => !isQuestionOfRelay(sql)).length
  }
  const buyer = await souk.as(shopper(key()))
  const checkoutId = await quote(buyer, { offerId: shop.goods[0]?.offerId ?? '', origin })
  const { order } = await perform<{ order: { id: string } }>(buyer, checkoutComplete, payment(checkoutId))
  countAs('requests')
  await souk.settle()
  countAs('events')
  const parcel = { orderId: order.id, carrier: 'SANDBOX_EXPRESS', idempotencyKey: key() }
  const { shipment } = await perform<{ shipment: { waybill: string } }>(
    await souk.as(shop.staff),
    shipmentCreate,
    parcel,
  )
  const delivered = {
    id: `${order.id}-d`,
    code: 'DELIVERED',
    occurredAt: souk.clock.now().toISOString(),
  } as const
  const notice = signSandboxTracking({ waybill: shipment.waybill, events: [delivered] })
  await perform(await souk.as(), carrierNotify, notice)
  await perform(buyer, orderReceiptConfirm, { orderId: order.id })
  countAs('requests')
  await souk.settle()
  countAs('events')
  return counts
}
