/** Hands orders to carriers and takes in what carriers tell. */
import { type Ids, isOperator, notFound, type Viewer } from '@souk/contracts'
import type { Clock, Refusal } from '@souk/kit'
import { placeOrderLimits } from '../config.ts'
import { keyedInput } from '../idempotency-key.ts'
import type { Order } from '../order/order.ts'
import type { OrderState } from '../order/order-state.ts'
import { checkNoticeSize, signatureInvalid } from '../payment/receive-payment-notice.ts'
import type { Carrier, CarrierProviders } from './carrier-provider.ts'
import type { Shipment, ShipmentStore } from './shipment-store.ts'

export type ShippingWorld = {
  readonly store: ShipmentStore
  readonly carriers: CarrierProviders
  readonly clock: Clock
  readonly ids: Ids
}

export type ShipmentCreate = {
  readonly orderId: string
  readonly carrier: Carrier
  readonly idempotencyKey: string
}

export type ShipmentAnswer =
  | { readonly __typename: 'ShipmentCreated'; readonly shipment: Shipment; readonly order: Order }
  | OrderStateConflict

export type OrderStateConflict = Refusal<'OrderStateConflict'> & { readonly state: OrderState }

/** A call that was killed between request and waybill is ended by repeating it: the parcel is there, and the carrier knows it. */
export async function shipOrder(
  world: ShippingWorld,
  viewer: Viewer,
  input: ShipmentCreate,
): Promise<ShipmentAnswer> {
  const { key } = keyedInput(input.idempotencyKey, input)
  const { orderId, carrier } = input
  const wanted = {
    id: world.ids.next(),
    orderId,
    carrier,
    idempotencyKey: key,
    now: world.clock.now(),
    shopIds: shopsOf(viewer),
  }
  const { shipment, order } = await world.store.request(wanted)
  if (order === null) throw notFound('order', orderId)
  if (shipment === null)
    return stateConflict(order, 'Only a paid order without an open after-sale case can be shipped.')
  if (shipment.waybill !== null) {
    if (shipment.idempotencyKey !== key) return stateConflict(order, 'The order has a parcel already.')
    return { __typename: 'ShipmentCreated', shipment, order }
  }
  const waybill = await world.carriers[shipment.carrier].createWaybill(
    shipment.id,
    AbortSignal.timeout(placeOrderLimits.providerMs),
  )
  const shipped = await world.store.ship(shipment.id, waybill, world.clock.now())
  if (shipped !== null) return { __typename: 'ShipmentCreated', ...shipped }
  // A call beside this one was quicker, or the order was refunded in the meantime.
  const now = await world.store.request(wanted)
  if (now.shipment?.waybill != null && now.order !== null)
    return { __typename: 'ShipmentCreated', shipment: now.shipment, order: now.order }
  return stateConflict(now.order ?? order, 'The order was refunded before it could be shipped.')
}

export const stateConflict = (order: Order, message: string): OrderStateConflict => ({
  __typename: 'OrderStateConflict',
  code: 'ORDER_STATE_CONFLICT',
  message,
  state: order.state,
})

export type CarrierNotice = { readonly carrier: Carrier; readonly body: string; readonly signature: string }

export async function receiveTracking(world: ShippingWorld, { carrier, body, signature }: CarrierNotice) {
  checkNoticeSize(body)
  const notice = world.carriers[carrier].readNotice(body, signature)
  if (notice === null) return signatureInvalid
  const tracked = await world.store.track(carrier, notice, world.clock.now())
  if (tracked === null) throw notFound('parcel with the waybill', notice.waybill)
  return { __typename: 'CarrierNoticeAccepted', newEvents: tracked.newEvents } as const
}

const shopsOf = (viewer: Viewer): readonly string[] | null => {
  if (viewer.kind === 'service' || isOperator(viewer)) return null
  return viewer.kind === 'user' && viewer.scopes.includes('shop:write') ? viewer.shopIds : []
}
