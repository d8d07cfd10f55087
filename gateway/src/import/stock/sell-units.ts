/** Lets units arrive and sells them at once, by the conditional update that every order passes. Once per sale id. */
import { type StockDemand, stockReceipt, stockSale } from '@souk/contracts'
import type { CallSubgraph } from '../call-subgraph.ts'
import { importLimits } from '../config.ts'
import { importError } from '../errors.ts'

export type StockSale = { readonly saleId: string; readonly demands: readonly StockDemand[] }

export async function sellUnits(call: CallSubgraph, { saleId, demands }: StockSale): Promise<void> {
  for (let receipt = 1; receipt <= importLimits.stockReceiptsMax; receipt++) {
    await call(stockReceipt, { receiptId: `${saleId}-${receipt}`, demands })
    if (await call(stockSale, { saleId, demands })) return
    // A shopper bought what had just arrived. As much arrives once more.
  }
  throw importError(
    'IMPORT_STOCK_CONTENDED',
    'Other buyers took the units of the import as they arrived. Run the import again.',
  )
}
