/** What buyers and shops do with after-sale cases. */
import { type Ids, notFound, type Viewer } from '@souk/contracts'
import type { Clock, Refusal } from '@souk/kit'
import { runsShop } from '../access/order-access.ts'
import { textLimits } from '../config.ts'
import { badInput, keyReused } from '../errors.ts'
import { keyedInput } from '../idempotency-key.ts'
import type { OrderStore } from '../order/order-store.ts'
import { isAfterSalePossible, orderStates } from '../order/order-state.ts'
import type { RefundWorld } from '../refund-after-sale/refund-world.ts'
import { refundWithin } from '../refund-after-sale/run-refund-after-sale.ts'
import { type OrderStateConflict, stateConflict } from '../shipment/ship-order.ts'
import type { AfterSaleCase, AfterSaleStore, Refunding } from './after-sale-store.ts'
import {
  approvedState,
  type CaseKind,
  type CaseState,
  priceCase,
  type QuantityExceeded,
  returnsStock,
  type WantedLine,
} from './case-state.ts'

export type AfterSaleWorld = {
  readonly store: AfterSaleStore
  readonly orders: OrderStore
  readonly refunds: RefundWorld
  readonly clock: Clock
  readonly ids: Ids
}

export type AfterSaleOpen = {
  readonly orderId: string
  readonly kind: CaseKind
  readonly lines: readonly WantedLine[]
  readonly reason: string
  readonly idempotencyKey: string
}

export type OpenAnswer =
  | { readonly __typename: 'AfterSaleOpened'; readonly case: AfterSaleCase }
  | OrderStateConflict
  | QuantityExceeded

export async function openCase(
  world: AfterSaleWorld,
  buyerId: string,
  input: AfterSaleOpen,
): Promise<OpenAnswer> {
  const { idempotencyKey, ...rest } = input
  const { key, hash } = keyedInput(idempotencyKey, rest)
  checkReason(input.reason)
  checkLines(input.lines)
  const known = await world.store.findByKey(buyerId, key)
  if (known !== null) {
    if (known.hash !== hash) throw keyReused(key, 'afterSaleOpen')
    return { __typename: 'AfterSaleOpened', case: known.found }
  }
  const [orders, lines] = await Promise.all([
    world.orders.byIds([input.orderId]),
    world.orders.linesOf([input.orderId]),
  ])
  const order = orders.get(input.orderId)
  if (order === undefined || order.buyerId !== buyerId) throw notFound('order', input.orderId)
  const orderLines = lines.get(order.id) ?? []
  const stranger = input.lines.find((wanted) => !orderLines.some((line) => line.id === wanted.orderLineId))
  if (stranger !== undefined) throw notFound('line of this order', stranger.orderLineId)
  if (!isAfterSalePossible(order.state))
    return stateConflict(order, 'Nothing of this order can be asked back.')
  const priced = priceCase(orderLines, input.lines, order.total.currency)
  if (!priced.ok) return priced.refusal
  const { orderId, kind, reason } = input
  const wanted = {
    id: world.ids.next(),
    orderId,
    buyerId,
    kind,
    reason,
    key,
    hash,
    lines: priced.value.lines,
    openedAt: world.clock.now(),
  }
  const opened = await world.store.open(wanted)
  if (opened !== null && opened !== 'exceeded') return { __typename: 'AfterSaleOpened', case: opened }
  // Something moved in between; what the database says now decides: a repeat of the key, another state, or fewer units.
  return await openCase(world, buyerId, input)
}

export type DecisionAnswer =
  | { readonly __typename: 'AfterSaleDecided'; readonly case: AfterSaleCase }
  | (Refusal<'AfterSaleStateConflict'> & { readonly state: CaseState })

type Decision = { readonly caseId: string; readonly idempotencyKey: string }

export async function approveCase(
  world: AfterSaleWorld,
  viewer: Viewer,
  input: Decision,
): Promise<DecisionAnswer> {
  const { key } = keyedInput(input.idempotencyKey, input)
  const found = await findCase(world, viewer, input.caseId)
  const restockStates = orderStates.filter((state) => returnsStock(found.kind, state))
  const change = {
    id: found.id,
    state: approvedState(found.kind),
    restockStates,
    key,
    runId: world.ids.next(),
    now: world.clock.now(),
  }
  return await decide(world, found, {
    isRepeat: (now) => now.decisionKey === key && now.state !== 'REJECTED',
    write: () => world.store.approve(change),
  })
}

export async function rejectCase(
  world: AfterSaleWorld,
  viewer: Viewer,
  input: Decision & { readonly reason: string },
): Promise<DecisionAnswer> {
  const { key } = keyedInput(input.idempotencyKey, input)
  checkReason(input.reason)
  const found = await findCase(world, viewer, input.caseId)
  const change = { id: found.id, reason: input.reason, key, now: world.clock.now() }
  return await decide(world, found, {
    isRepeat: (now) => now.decisionKey === key && now.state === 'REJECTED',
    write: () => world.store.reject(change),
  })
}

export async function receiveReturn(
  world: AfterSaleWorld,
  viewer: Viewer,
  input: Decision,
): Promise<DecisionAnswer> {
  const { key } = keyedInput(input.idempotencyKey, input)
  const found = await findCase(world, viewer, input.caseId)
  const change = { id: found.id, key, runId: world.ids.next(), now: world.clock.now() }
  return await decide(world, found, {
    isRepeat: (now) => now.returnKey === key,
    write: () => world.store.receiveReturn(change),
  })
}

type DecisionSteps = {
  readonly isRepeat: (now: AfterSaleCase) => boolean
  readonly write: () => Promise<Refunding | null>
}

/** The statement decides, not what was read before it; a repeat of the call that decided gets its answer again. */
async function decide(
  world: AfterSaleWorld,
  found: AfterSaleCase,
  { isRepeat, write }: DecisionSteps,
): Promise<DecisionAnswer> {
  const decided = await write()
  if (decided !== null) {
    const ended =
      decided.case.state === 'REFUNDING' ? await refundWithin(world.refunds, decided) : decided.case
    return { __typename: 'AfterSaleDecided', case: ended }
  }
  const [now = found] = await world.store.byIds([found.id])
  if (isRepeat(now)) return { __typename: 'AfterSaleDecided', case: now }
  return {
    __typename: 'AfterSaleStateConflict',
    code: 'AFTER_SALE_STATE_CONFLICT',
    message: `The case is ${now.state}.`,
    state: now.state,
  }
}

async function findCase(world: AfterSaleWorld, viewer: Viewer, caseId: string): Promise<AfterSaleCase> {
  const [found] = await world.store.byIds([caseId])
  if (found === undefined || !runsShop(viewer, found.shopId)) throw notFound('after-sale case', caseId)
  return found
}

function checkReason(reason: string): void {
  if (reason.trim() === '' || reason.length > textLimits.reasonMax)
    throw badInput(`"reason" has 1 to ${textLimits.reasonMax} characters.`)
}

function checkLines(lines: readonly WantedLine[]): void {
  if (lines.length === 0) throw badInput('"lines" names at least one line of the order.')
  if (new Set(lines.map((line) => line.orderLineId)).size !== lines.length)
    throw badInput('"lines" names each line of the order once.')
  const bad = lines.find((line) => line.quantity < 1)
  if (bad) throw badInput(`"quantity" is at least 1; ${bad.quantity} is not.`)
}
