/** Orders in batches: what is received, sold and ordered together, under an id that its content decides. */
import { createHash } from 'node:crypto'
import type { ImportedOrder, StockDemand } from '@souk/contracts'
import { importLimits } from '../config.ts'
import type { Invoice } from './invoice.ts'
import {
  buyerIdOf,
  offerIdOf,
  orderIdOf,
  orderLineIdOf,
  productIdOf,
  skuIdOf,
  stockBatchIdOf,
} from './retail-ids.ts'
import { retailCurrency, retailShop } from './retail-shop.ts'

export type SaleBatch = {
  /**
   * A hash of the orders. Were it a number, a batch cut otherwise in a later run could take the id of one whose units were sold,
   * and its own never would be. So each batch that starts is one of its own, and its receipt covers exactly its sale.
   */
  readonly id: string
  readonly orders: readonly ImportedOrder[]
  readonly demands: readonly StockDemand[]
}

export function* saleBatches(sales: readonly Invoice[]): Generator<SaleBatch> {
  let batch: Invoice[] = []
  let size = noSize
  for (const sale of sales) {
    const larger = { lines: size.lines + sale.lines.length, units: size.units + unitsOf(sale) }
    if (batch.length > 0 && (batch.length >= importLimits.ordersPerCall || exceedsCall(larger))) {
      yield toBatch(batch.map(toOrder))
      batch = []
      size = noSize
    }
    batch.push(sale)
    size = { lines: size.lines + sale.lines.length, units: size.units + unitsOf(sale) }
  }
  if (batch.length > 0) yield toBatch(batch.map(toOrder))
}

type BatchSize = { readonly lines: number; readonly units: number }

const noSize: BatchSize = { lines: 0, units: 0 }

const unitsOf = (sale: Invoice): number => sale.lines.reduce((sum, line) => sum + line.quantity, 0)

const exceedsCall = ({ lines, units }: BatchSize): boolean =>
  lines > importLimits.orderLinesPerCall || units > importLimits.unitsPerCall

const toBatch = (orders: readonly ImportedOrder[]): SaleBatch => ({
  id: stockBatchIdOf(createHash('sha256').update(JSON.stringify(orders)).digest('hex')),
  orders,
  demands: demandsOf(orders),
})

/** Summed by SKU, in one order for all batches: two that run at once lock the rows alike. */
function demandsOf(orders: readonly ImportedOrder[]): readonly StockDemand[] {
  const units = new Map<string, number>()
  for (const { skuId, quantity } of orders.flatMap((order) => order.lines))
    units.set(skuId, (units.get(skuId) ?? 0) + quantity)
  return [...units]
    .map(([skuId, quantity]) => ({ skuId, quantity }))
    .sort((left, right) => (left.skuId < right.skuId ? -1 : 1))
}

// A line that stands twice in an invoice was scanned twice: each is a line of its own.
const toOrder = (sale: Invoice): ImportedOrder => ({
  id: orderIdOf(sale.number),
  number: sale.number,
  buyerId: buyerIdOf(sale.customer),
  buyerCountry: sale.country,
  shopId: retailShop.id,
  placedAt: new Date(sale.at).toISOString(),
  currency: retailCurrency,
  lines: sale.lines.map(({ stockCode, description, quantity, unitPence }, position) => ({
    id: orderLineIdOf(sale.number, position),
    offerId: offerIdOf(stockCode),
    productId: productIdOf(stockCode),
    skuId: skuIdOf(stockCode),
    title: (description || `Item ${stockCode}`).slice(0, importLimits.titleCharactersMax),
    quantity,
    unitAmount: unitPence,
  })),
})
