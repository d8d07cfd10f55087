/** The bulk path of the importer: completed orders and refunds from elsewhere, decided by the same rules as those made here. */
import { currencySchema } from '@souk/contracts'
import type { Clock } from '@souk/kit'
import { canCaseTransition, type CaseState } from '../after-sale/case-state.ts'
import { type Attribution, discoveryModeOf } from '../cart/origin.ts'
import { importLimits } from '../config.ts'
import { ordersError } from '../errors.ts'
import { type OrderState, walk } from '../order/order-state.ts'
import type { ImportStore } from './import-store.ts'
import type { AttributionToImport, CaseToImport, OrderToImport } from './imported.ts'

/** An imported order was placed, paid, shipped and received: it walks the same states as one that is bought here. */
const path: readonly OrderState[] = ['PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED']

export async function importOrders(
  store: ImportStore,
  importId: string,
  orders: readonly OrderToImport[],
): Promise<number> {
  checkSizes(orders)
  const rows = orders.map((order) => {
    checkOrder(order)
    const total = order.lines.reduce((sum, line) => sum + line.unitAmount * BigInt(line.quantity), 0n)
    const attribution = order.attribution == null ? null : readAttribution(order.number, order.attribution)
    return { ...order, attribution, state: walk('PENDING_PAYMENT', path), total }
  })
  return await store.insertOrders(importId, rows)
}

/** Units that were refunded elsewhere. REFUND_ONLY, because stock is none of this call's business. */
export async function importAfterSales(
  { store, clock }: { readonly store: ImportStore; readonly clock: Clock },
  importId: string,
  cases: readonly CaseToImport[],
): Promise<number> {
  if (cases.length > importLimits.casesMax)
    throw reject(`One call takes at most ${importLimits.casesMax} cases.`)
  const state = (['REFUNDING', 'REFUNDED'] as const).reduce<CaseState>((from, to) => {
    if (!canCaseTransition(from, to)) throw new Error(`A case can't go from ${from} to ${to}.`)
    return to
  }, 'OPEN')
  for (const each of cases) {
    if (each.lines.length === 0) throw reject(`The case ${each.number} has no lines.`)
    const bad = each.lines.find((line) => line.quantity < 1)
    if (bad) throw reject(`The case ${each.number} refunds ${bad.quantity} units.`)
  }
  return await store.insertCases({ importId, state, cases, now: clock.now() })
}

function checkSizes(orders: readonly OrderToImport[]): void {
  const lines = orders.reduce((sum, order) => sum + order.lines.length, 0)
  if (orders.length > importLimits.ordersMax || lines > importLimits.linesMax) {
    throw reject(
      `One call takes at most ${importLimits.ordersMax} orders and ${importLimits.linesMax} lines.`,
    )
  }
}

function checkOrder(order: OrderToImport): void {
  if (!currencySchema.safeParse(order.currency).success)
    throw reject(`The order ${order.number} has the currency "${order.currency}".`)
  if (order.lines.length === 0) throw reject(`The order ${order.number} has no lines.`)
  const bad = order.lines.find((line) => line.quantity < 1 || line.unitAmount < 0n)
  if (bad) throw reject(`The order ${order.number} has a line of ${bad.quantity} units at ${bad.unitAmount}.`)
}

/** The rules of an origin that need nobody's answer: what was recorded at the time is not asked again. */
function readAttribution(
  number: string,
  { entry, contentKind = null, contentId = null, creatorId = null }: AttributionToImport,
): Attribution {
  const needsContent = entry === 'SHORT_VIDEO' || entry === 'LIVE_ROOM'
  const mayHaveContent = needsContent || entry === 'CONTENT_FEED'
  const isWhole = (contentId === null) === (contentKind === null)
  const isOfEntry = needsContent ? contentKind === entry : mayHaveContent || contentKind === null
  const isCreatorKnown = entry === 'SHOWCASE' ? creatorId !== null : creatorId === null || contentId !== null
  if (!isWhole || !isOfEntry || !isCreatorKnown)
    throw reject(`The order ${number} has an attribution of ${entry} that can't be.`)
  return { entry, discoveryMode: discoveryModeOf(entry), contentKind, contentId, creatorId }
}

const reject = (message: string) => ordersError('IMPORT_REJECTED', message)
