/** What customers bought and were refunded, as the database tells it: where cancellations look for their sales. */
import type { ImportedRefund, RefundableLine } from '@souk/contracts'

/** Units of one order line. `left` goes down as cancellations take them. */
export type SoldUnits = {
  readonly orderId: string
  readonly orderLineId: string
  readonly buyerId: string
  readonly skuId: string
  readonly placedAt: number
  readonly unitPence: number
  left: number
}

export type SaleHistory = {
  /** Everything a customer ever bought of a product, newest first; `left` is 0 where all of it was refunded. */
  unitsSold(buyerId: string, skuId: string): readonly SoldUnits[]
  /** What the cases of a cancellation invoice refunded, in whatever import. */
  refundsOf(invoice: string): readonly ImportedRefund[]
}

export function openSaleHistory(
  refundable: readonly RefundableLine[],
  refunds: readonly ImportedRefund[],
): SaleHistory {
  const units = new Map(refundable.map((line) => [line.orderLineId, soldUnitsOf(line)]))
  // A line that was refunded whole is not refundable any more, but it was sold.
  for (const refund of refunds) {
    if (!units.has(refund.orderLineId)) units.set(refund.orderLineId, { ...soldUnitsOf(refund), left: 0 })
  }
  const byBuyerAndSku = Map.groupBy(
    [...units.values()].sort(newestFirst),
    ({ buyerId, skuId }) => `${buyerId} ${skuId}`,
  )
  const byInvoice = Map.groupBy(refunds, (refund) => refund.number)
  return {
    unitsSold: (buyerId, skuId) => byBuyerAndSku.get(`${buyerId} ${skuId}`) ?? [],
    refundsOf: (invoice) => byInvoice.get(invoice) ?? [],
  }
}

export const soldUnitsOf = (line: RefundableLine | ImportedRefund): SoldUnits => ({
  orderId: line.orderId,
  orderLineId: line.orderLineId,
  buyerId: line.buyerId,
  skuId: line.skuId,
  placedAt: Date.parse(line.placedAt),
  unitPence: line.unitAmount,
  left: line.quantity,
})

// Ids break ties, so that every run looks in the same order.
const newestFirst = (left: SoldUnits, right: SoldUnits): number =>
  right.placedAt - left.placedAt || (left.orderLineId < right.orderLineId ? -1 : 1)
