/** Step 4: sales as orders. Their units arrive, are sold by the same conditional update as any order's, and are then ordered. */
import { importedOrders, ordersImport } from '@souk/contracts'
import { type CallSubgraph, chunksOf } from './call-subgraph.ts'
import { importLimits } from './config.ts'
import type { Progress } from './progress/progress.ts'
import type { Invoice } from './retail/invoice.ts'
import type { LineOutcomes } from './retail/line-outcomes.ts'
import { orderIdOf } from './retail/retail-ids.ts'
import { saleBatches } from './retail/sale-batches.ts'
import { sellUnits } from './stock/sell-units.ts'

export type SalesImport = {
  readonly importId: string
  readonly sales: readonly Invoice[]
  readonly outcomes: LineOutcomes
}

/** Returns how many orders are new. */
export async function importSales(
  call: CallSubgraph,
  { importId, sales, outcomes }: SalesImport,
  progress: Progress,
): Promise<number> {
  const step = progress.begin('orders', sales.length)
  const known = await findKnownOrders(call, sales)
  const isOurs = (sale: Invoice): boolean => (known.get(orderIdOf(sale.number)) ?? importId) === importId
  for (const sale of sales) {
    for (const line of sale.lines)
      outcomes.settle(line.lineNumber, isOurs(sale) ? 'SALE' : 'INVOICE_IN_OTHER_IMPORT')
  }
  // An order is the last that is written of a batch, so the stock of one that is there has been moved.
  const missing = sales.filter((sale) => !known.has(orderIdOf(sale.number)))
  step.advance(sales.length - missing.length)
  let isNew = 0
  for (const batch of saleBatches(missing)) {
    await sellUnits(call, { saleId: batch.id, demands: batch.demands })
    isNew += await call(ordersImport, { importId, orders: batch.orders })
    step.advance(batch.orders.length)
  }
  return isNew
}

async function findKnownOrders(
  call: CallSubgraph,
  sales: readonly Invoice[],
): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>()
  for (const chunk of chunksOf(sales, importLimits.idsPerCall)) {
    const orders = await call(importedOrders, { orderIds: chunk.map((sale) => orderIdOf(sale.number)) })
    for (const { orderId, importId } of orders) known.set(orderId, importId)
  }
  return known
}
