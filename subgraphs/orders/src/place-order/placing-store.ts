/** The writes of the order flow: one statement each, each conditional on the lease and the step it leaves. */
import type { Ids } from '@souk/contracts'
import type { SqlExecutor } from '@souk/kit'
import { placeOrderLimits, resumeLimits } from '../config.ts'
import { outboxRows } from '../outbox-rows.ts'
import type { KeyedInput } from '../idempotency-key.ts'
import {
  type Order,
  type OrderLineRow,
  type OrderRow,
  type OrderStep,
  type PaymentMethod,
  type PaymentRow,
  type PaymentState,
  type ShippingAddress,
  toOrder,
  toOrderLine,
  toPayment,
} from '../order/order.ts'
import { orderPaid, roomsSold } from './order-paid.ts'
import { LeaseLost, type Placing, type PlacingRefusal } from './placing.ts'
import * as sql from './placing-sql.ts'

export type NewOrder = {
  readonly orderId: string
  readonly checkoutId: string
  readonly buyerId: string
  readonly keyed: KeyedInput
  readonly method: PaymentMethod
  readonly token: string
  readonly shippingAddress: ShippingAddress
  readonly runId: string
  readonly now: Date
}

/** What became of a wish to turn a checkout into an order. */
export type PlacedOrNot =
  | { readonly kind: 'placed'; readonly placing: Placing }
  | { readonly kind: 'same key'; readonly order: Order; readonly inputHash: string }
  | { readonly kind: 'other key'; readonly order: Order }
  | { readonly kind: 'expired'; readonly expiredAt: Date }
  | { readonly kind: 'no checkout' }
  /** Another call placed it in this very moment: look again. */
  | { readonly kind: 'look again' }

export type PlacingStore = ReturnType<typeof openPlacingStore>

const after = (now: Date, ms: number): Date => new Date(now.getTime() + ms)
const leaseEnd = (now: Date): Date => after(now, placeOrderLimits.leaseMs)

export const openPlacingStore = (database: SqlExecutor, ids: Ids) => ({
  ...openPlaces(database),
  ...openSteps(database, ids),
  ...openLeases(database),
})

function openPlaces(database: SqlExecutor) {
  return {
    /** Writes the order with its lines and payment, once per checkout and per key. */
    place: async (wanted: NewOrder): Promise<PlacedOrNot> => {
      const [row] = await database.$queryRawUnsafe<[PlaceRow]>(
        sql.place,
        wanted.checkoutId,
        wanted.buyerId,
        wanted.orderId,
        wanted.keyed.key,
        wanted.keyed.hash,
        JSON.stringify(wanted.shippingAddress),
        wanted.method,
        wanted.token,
        wanted.runId,
        wanted.now,
        leaseEnd(wanted.now),
        after(wanted.now, placeOrderLimits.stockHoldMs),
      )
      return toPlacedOrNot(row, wanted)
    },
  }
}

function openSteps(database: SqlExecutor, ids: Ids) {
  /** Runs a write that keeps the lease; no row means that the lease is gone. */
  const advance = async (placing: Placing, statement: string, ...values: unknown[]): Promise<Placing> => {
    const [row] = await database.$queryRawUnsafe<AdvancedRow[]>(
      statement,
      placing.order.id,
      placing.runId,
      ...values,
    )
    if (row === undefined) throw new LeaseLost(`Another run holds the order ${placing.order.id}.`)
    return {
      ...placing,
      order: toOrder(row.placed),
      payment: row.paying === null ? placing.payment : toPayment(row.paying),
    }
  }
  return {
    held: (placing: Placing, now: Date) => advance(placing, sql.held, leaseEnd(now)),
    recordAuthorized: (placing: Placing, { chargeId, now }: { chargeId: string; now: Date }) =>
      advance(placing, sql.authorized, leaseEnd(now), chargeId, now),
    captured: (placing: Placing, now: Date) => advance(placing, sql.captured, leaseEnd(now), now),
    /** Gives the order back to wait for its buyer, unless a notice was quicker: then it says what the notice wrote. */
    recordPending: async (placing: Placing, now: Date): Promise<PaymentState> => {
      const next = after(now, placeOrderLimits.pendingPollMs)
      const [row] = await database.$queryRawUnsafe<{ state: PaymentState }[]>(
        sql.pending,
        placing.order.id,
        placing.runId,
        next,
      )
      if (row !== undefined) return row.state
      const [current] = await database.$queryRawUnsafe<{ state: PaymentState }[]>(
        sql.paymentState,
        placing.order.id,
      )
      return current?.state ?? 'CREATED'
    },
    /** PAID, its events, and the bought units out of the cart. */
    paid: (placing: Placing, now: Date) =>
      advance(placing, sql.paid, now, outboxRows([orderPaid(placing, now), ...roomsSold(placing, now)], ids)),
    cancelled: (
      placing: Placing,
      change: { refusal: PlacingRefusal; step: OrderStep; paymentState: PaymentState; now: Date },
    ) =>
      advance(
        placing,
        sql.cancelled,
        change.now,
        leaseEnd(change.now),
        JSON.stringify(change.refusal),
        change.step,
        change.paymentState,
      ),
    /** DONE, unless a capture has become known that was not refunded yet: then the step stays UNDO. */
    undone: (placing: Placing, { isRefunded }: { isRefunded: boolean }) =>
      advance(placing, sql.undone, isRefunded),
  }
}

function openLeases(database: SqlExecutor) {
  return {
    /** After a fault: free for the next run, later each time. */
    giveBack: async (placing: Placing, now: Date): Promise<void> => {
      const wait = Math.min(
        placeOrderLimits.retryMsMin * 2 ** placing.order.attempts,
        placeOrderLimits.retryMsMax,
      )
      await database.$executeRawUnsafe(sql.giveBack, placing.order.id, placing.runId, after(now, wait))
    },
    /** Leases one order if its flow has more to do and nobody is at it. */
    claim: async (orderId: string, runId: string, now: Date): Promise<Placing | null> => {
      const [row] = await database.$queryRawUnsafe<ClaimedRow[]>(
        sql.claimOne,
        runId,
        leaseEnd(now),
        now,
        orderId,
      )
      return row === undefined ? null : toClaimed(row, runId)
    },
    /** Leases a batch of orders that are due. Two replicas never get the same one. */
    claimDue: async (runId: string, now: Date): Promise<readonly Placing[]> => {
      const rows = await database.$queryRawUnsafe<ClaimedRow[]>(
        sql.claimDue,
        runId,
        leaseEnd(now),
        now,
        resumeLimits.batchMax,
      )
      return rows.map((row) => toClaimed(row, runId))
    },
    find: async (orderId: string): Promise<Order | null> => {
      const [row] = await database.$queryRawUnsafe<OrderRow[]>(sql.find, orderId)
      return row === undefined ? null : toOrder(row)
    },
  }
}

type LineJson = Omit<OrderLineRow, 'currency'>
type AdvancedRow = { placed: OrderRow; paying: PaymentRow | null }
type ClaimedRow = { placed: OrderRow; paying: PaymentRow; lines: LineJson[] }
type PlaceRow = {
  expires_at: Date | null
  placed: OrderRow | null
  paying: PaymentRow | null
  lines: LineJson[] | null
  same_key: (OrderRow & { input_hash: string }) | null
  of_checkout: OrderRow | null
}

const toClaimed = ({ placed, paying, lines }: ClaimedRow, runId: string): Placing => ({
  order: toOrder(placed),
  payment: toPayment(paying),
  lines: lines.map((line) => toOrderLine({ ...line, currency: placed.currency })),
  runId,
  isResumed: true,
})

function toPlacedOrNot(row: PlaceRow, { runId, now }: NewOrder): PlacedOrNot {
  if (row.placed !== null && row.paying !== null) {
    const claimed = toClaimed({ placed: row.placed, paying: row.paying, lines: row.lines ?? [] }, runId)
    return { kind: 'placed', placing: { ...claimed, isResumed: false } }
  }
  if (row.same_key !== null)
    return { kind: 'same key', order: toOrder(row.same_key), inputHash: row.same_key.input_hash }
  if (row.expires_at === null) return { kind: 'no checkout' }
  if (row.of_checkout !== null) return { kind: 'other key', order: toOrder(row.of_checkout) }
  if (row.expires_at <= now) return { kind: 'expired', expiredAt: row.expires_at }
  return { kind: 'look again' }
}
