/** An order, its lines and its payment, as the rest of the subgraph speaks of them. */
import { type Money, money } from '@souk/contracts'
import type { Refusal } from '@souk/kit'
import type { Attribution } from '../cart/origin.ts'
import type { OrderState } from './order-state.ts'

/** Where the flow of an order stands: what is to be done next. */
export type OrderStep = 'PRICE_CART' | 'TAKE_PAYMENT' | 'CONFIRM' | 'UNDO' | 'DONE'

export type Order = {
  readonly id: string
  readonly number: string
  readonly buyerId: string
  readonly shopId: string
  readonly checkoutId: string | null
  readonly state: OrderState
  readonly step: OrderStep
  readonly total: Money
  readonly refundedTotal: Money
  readonly openCases: number
  /** Null for imported orders: nobody knows, and nobody guesses. */
  readonly attribution: Attribution | null
  readonly shippingAddress: ShippingAddress | null
  /** Why it was cancelled, in the shape that the graph shows. */
  readonly refusal: Refusal | null
  readonly placedAt: Date
  readonly paidAt: Date | null
  readonly shippedAt: Date | null
  readonly deliveredAt: Date | null
  readonly completedAt: Date | null
  readonly cancelledAt: Date | null
  readonly holdExpiresAt: Date | null
  readonly attempts: number
}

export type ShippingAddress = {
  readonly recipient: string
  readonly phone: string
  readonly country: string
  readonly region: string
  readonly city: string
  readonly street: string
  readonly postalCode?: string | null
}

export type OrderLine = {
  readonly id: string
  readonly orderId: string
  readonly offerId: string
  readonly productId: string
  readonly skuId: string
  readonly title: string
  readonly skuName: string
  readonly quantity: number
  readonly unitPrice: Money
  readonly amount: Money
  readonly claimedQuantity: number
  readonly origin: Attribution | null
}

export type PaymentMethod = 'WECHAT_PAY' | 'ALIPAY'

export type PaymentState =
  | 'CREATED'
  | 'PENDING'
  | 'AUTHORIZED'
  | 'CAPTURED'
  | 'DECLINED'
  | 'CANCELLED'
  | 'REFUNDED'

export type Payment = {
  readonly orderId: string
  readonly method: PaymentMethod
  readonly state: PaymentState
  readonly token: string
  readonly amount: Money
  readonly refundedAmount: Money
  readonly declineReason: string | null
  readonly authorizedAt: Date | null
  readonly capturedAt: Date | null
}

/** Columns of customer_order. Times are Dates in rows and text inside JSON. */
export type OrderRow = {
  id: string
  number: string
  buyer_id: string
  shop_id: string
  checkout_id: string | null
  state: OrderState
  step: OrderStep
  currency: string
  total: bigint | number
  refunded_total: bigint | number
  open_cases: number
  shipping_address: ShippingAddress | null
  refusal: Refusal | null
  placed_at: Date | string
  paid_at: Date | string | null
  shipped_at: Date | string | null
  delivered_at: Date | string | null
  completed_at: Date | string | null
  cancelled_at: Date | string | null
  hold_expires_at: Date | string | null
  attempts: number
} & OriginColumns

export type OriginColumns = {
  entry: Attribution['entry'] | null
  discovery_mode: Attribution['discoveryMode'] | null
  content_kind: Attribution['contentKind']
  content_id: string | null
  creator_id: string | null
}

export const toOrder = (row: OrderRow): Order => ({
  id: row.id,
  number: row.number,
  buyerId: row.buyer_id,
  shopId: row.shop_id,
  checkoutId: row.checkout_id,
  state: row.state,
  step: row.step,
  total: money(row.total, row.currency),
  refundedTotal: money(row.refunded_total, row.currency),
  openCases: row.open_cases,
  attribution: toAttribution(row),
  shippingAddress: row.shipping_address,
  refusal: row.refusal,
  placedAt: new Date(row.placed_at),
  paidAt: toDate(row.paid_at),
  shippedAt: toDate(row.shipped_at),
  deliveredAt: toDate(row.delivered_at),
  completedAt: toDate(row.completed_at),
  cancelledAt: toDate(row.cancelled_at),
  holdExpiresAt: toDate(row.hold_expires_at),
  attempts: row.attempts,
})

export type OrderLineRow = {
  id: string
  order_id: string
  offer_id: string
  product_id: string
  sku_id: string
  title: string
  sku_name: string
  quantity: number
  unit_amount: bigint | number
  amount: bigint | number
  claimed_quantity: number
  currency: string
} & OriginColumns

export const toOrderLine = (row: OrderLineRow): OrderLine => ({
  id: row.id,
  orderId: row.order_id,
  offerId: row.offer_id,
  productId: row.product_id,
  skuId: row.sku_id,
  title: row.title,
  skuName: row.sku_name,
  quantity: row.quantity,
  unitPrice: money(row.unit_amount, row.currency),
  amount: money(row.amount, row.currency),
  claimedQuantity: row.claimed_quantity,
  origin: toAttribution(row),
})

export type PaymentRow = {
  order_id: string
  method: PaymentMethod
  state: PaymentState
  token: string
  amount: bigint | number
  currency: string
  refunded_amount: bigint | number
  decline_reason: string | null
  authorized_at: Date | string | null
  captured_at: Date | string | null
}

export const toPayment = (row: PaymentRow): Payment => ({
  orderId: row.order_id,
  method: row.method,
  state: row.state,
  token: row.token,
  amount: money(row.amount, row.currency),
  refundedAmount: money(row.refunded_amount, row.currency),
  declineReason: row.decline_reason,
  authorizedAt: toDate(row.authorized_at),
  capturedAt: toDate(row.captured_at),
})

function toAttribution(row: OriginColumns): Attribution | null {
  if (row.entry === null || row.discovery_mode === null) return null
  return {
    entry: row.entry,
    discoveryMode: row.discovery_mode,
    contentKind: row.content_kind,
    contentId: row.content_id,
    creatorId: row.creator_id,
  }
}

const toDate = (value: Date | string | null): Date | null => (value === null ? null : new Date(value))
