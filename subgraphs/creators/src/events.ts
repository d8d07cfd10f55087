/** What this subgraph does when something happens elsewhere. Each handler writes through the inbox transaction only. */
import type { EventHandlers } from '@souk/kit'
import { runAttributeCommission } from './attribute-commission/run-attribute-commission.ts'
import { applyRefund } from './commissions/apply-refund.ts'
import { confirmCommissions } from './commissions/confirm-commissions.ts'
import type { CreatorsContext, CreatorsModules } from './modules.ts'
import { refreshPool, upsertProducts } from './selection-pool/pool-store.ts'

const stampOf = ({ ids, clock }: CreatorsContext) => ({ ids, now: clock.now() })

export const events: EventHandlers<CreatorsModules> = {
  'product.changed.v1': async ({ payload, occurredAt }, transaction, { clock }) => {
    await upsertProducts(transaction, [{ ...payload, asOf: new Date(occurredAt) }])
    await refreshPool(transaction, [payload.productId], clock.now())
  },
  'order.paid.v1': ({ payload }, transaction, context) =>
    runAttributeCommission(transaction, payload, stampOf(context)),
  'order.refunded.v1': ({ payload }, transaction, context) =>
    applyRefund(transaction, payload, stampOf(context)),
  'order.completed.v1': ({ payload }, transaction, context) =>
    confirmCommissions(transaction, payload, stampOf(context)),
}
