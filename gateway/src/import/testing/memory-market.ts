/** Products and orders in memory, behind the internal operations of the importer: for tests of what the importer does with them. */
import type {
  CatalogueImport,
  ImportedAfterSale,
  ImportedOrder,
  ImportedRefund,
  ImportTotals,
  InternalOperation,
  RefundableLine,
  StockDemand,
} from '@souk/contracts'
import type { CallSubgraph } from '../call-subgraph.ts'

export type MemoryMarket = {
  readonly call: CallSubgraph
  /** Everything that it holds, comparable. */
  snapshot(): unknown
  /** From now on the call with this number, counted from 1, fails; `when` says whether before or after its effect. */
  failAt(callNumber: number, when: 'BEFORE' | 'AFTER'): void
  readonly callsMade: number
  onHand(skuId: string): number
}

type StoredOrder = ImportedOrder & { readonly importId: string }
type StoredCase = ImportedAfterSale & { readonly importId: string }
type Handler = (variables: never) => unknown

export function openMemoryMarket(): MemoryMarket {
  const stock = new Map<string, number>()
  const entries = new Map<string, string>()
  const products = new Set<string>()
  const orders = new Map<string, StoredOrder>()
  const cases = new Map<string, StoredCase>()
  const failure = { at: Infinity, when: 'BEFORE' as 'BEFORE' | 'AFTER' }
  let callsMade = 0

  const handlers: Readonly<Record<string, Handler>> = {
    ...stockHandlers({ stock, entries, products }),
    ...orderHandlers({ orders, cases }),
    // What the demo adds to other subgraphs is only taken.
    _internalCreatorsImport: () => 0,
    _internalContentImport: () => 0,
    _internalServiceProvidersImport: () => 0,
  }
  const answer = async (
    operation: InternalOperation<never, unknown>,
    variables: unknown,
  ): Promise<unknown> => {
    callsMade += 1
    if (callsMade === failure.at && failure.when === 'BEFORE') throw new Error('killed')
    const handler = handlers[operation.field]
    if (handler === undefined) throw new Error(`The market has no ${operation.field}.`)
    const result = handler(structuredClone(variables) as never)
    if (callsMade === failure.at && failure.when === 'AFTER') throw new Error('killed')
    return result
  }
  return {
    call: answer as CallSubgraph,
    snapshot: () => ({
      stock: [...stock].sort(([left], [right]) => (left < right ? -1 : 1)),
      orders: [...orders.values()].sort(byId),
      cases: [...cases.values()].sort(byId),
      products: [...products].sort(),
    }),
    failAt: (callNumber, when) => {
      callsMade = 0
      failure.at = callNumber
      failure.when = when
    },
    get callsMade() {
      return callsMade
    },
    onHand: (skuId) => stock.get(skuId) ?? 0,
  }
}

const byId = (left: { readonly id: string }, right: { readonly id: string }): number =>
  left.id < right.id ? -1 : 1

type StockBooks = {
  readonly stock: Map<string, number>
  readonly entries: Map<string, string>
  readonly products: Set<string>
}

function stockHandlers({ stock, entries, products }: StockBooks): Record<string, Handler> {
  const move = (entry: string, demands: readonly StockDemand[], sign: 1 | -1): boolean => {
    const asked = JSON.stringify(demands)
    if ((entries.get(entry) ?? asked) !== asked) throw new Error(`${entry} was about other units.`)
    if (entries.has(entry)) return true
    const deltas = new Map<string, number>()
    for (const { skuId, quantity } of demands) deltas.set(skuId, (deltas.get(skuId) ?? 0) + sign * quantity)
    for (const [skuId, delta] of deltas) {
      if (!stock.has(skuId)) throw new Error(`There is no SKU ${skuId}.`)
      if ((stock.get(skuId) ?? 0) + delta < 0) return false
    }
    for (const [skuId, delta] of deltas) stock.set(skuId, (stock.get(skuId) ?? 0) + delta)
    entries.set(entry, asked)
    return true
  }
  return {
    _internalCatalogueImport: ({ catalogue }: { catalogue: CatalogueImport }) => {
      const isNew = catalogue.products.filter(({ id }) => !products.has(id))
      for (const { id, skus } of isNew) {
        products.add(id)
        for (const sku of skus) stock.set(sku.id, sku.openingStock)
      }
      return isNew.length
    },
    _internalStockReceipt: ({ receiptId, demands }: { receiptId: string; demands: StockDemand[] }) =>
      move(`receipt ${receiptId}`, demands, 1),
    _internalStockSale: ({ saleId, demands }: { saleId: string; demands: StockDemand[] }) =>
      move(`sale ${saleId}`, demands, -1),
    _internalStockReturn: ({ returnId, demands }: { returnId: string; demands: StockDemand[] }) =>
      move(`return ${returnId}`, demands, 1),
  }
}

type OrderBooks = { readonly orders: Map<string, StoredOrder>; readonly cases: Map<string, StoredCase> }

function orderHandlers({ orders, cases }: OrderBooks): Record<string, Handler> {
  const soldLines = (buyerIds: readonly string[]) =>
    [...orders.values()]
      .filter(({ buyerId }) => buyerIds.includes(buyerId))
      .flatMap((order) => order.lines.map((line) => ({ order, line })))
  const refundsOf = (orderLineId: string) =>
    [...cases.values()].flatMap((stored) =>
      stored.lines.filter((line) => line.orderLineId === orderLineId).map((line) => ({ stored, ...line })),
    )
  const left = (lineId: string, quantity: number): number =>
    quantity - refundsOf(lineId).reduce((sum, refund) => sum + refund.quantity, 0)
  const openCase = (importId: string, wanted: ImportedAfterSale): boolean => {
    if (cases.has(wanted.id)) return false
    const order = orders.get(wanted.orderId)
    for (const { orderLineId, quantity } of wanted.lines) {
      const line = order?.lines.find(({ id }) => id === orderLineId)
      if (line === undefined || left(line.id, line.quantity) < quantity)
        throw new Error(`The line ${orderLineId} has too few units left.`)
    }
    cases.set(wanted.id, { ...wanted, importId })
    return true
  }
  return {
    _internalOrdersImport: ({ importId, orders: wanted }: { importId: string; orders: ImportedOrder[] }) => {
      const isNew = wanted.filter(({ id }) => !orders.has(id))
      for (const order of isNew) orders.set(order.id, { ...order, importId })
      return isNew.length
    },
    _internalImportedOrders: ({ orderIds }: { orderIds: string[] }) =>
      orderIds.flatMap((orderId) => {
        const order = orders.get(orderId)
        return order ? [{ orderId, importId: order.importId }] : []
      }),
    _internalRefundableLines: ({ buyerIds }: { buyerIds: string[] }): RefundableLine[] =>
      soldLines(buyerIds)
        .map(({ order, line }) => ({ ...describeLine(order, line), quantity: left(line.id, line.quantity) }))
        .filter(({ quantity }) => quantity > 0),
    _internalImportedRefunds: ({ buyerIds }: { buyerIds: string[] }): ImportedRefund[] =>
      soldLines(buyerIds).flatMap(({ order, line }) =>
        refundsOf(line.id).map(({ stored: { importId, number }, quantity }) => ({
          ...describeLine(order, line),
          importId,
          number,
          quantity,
        })),
      ),
    _internalAfterSalesImport: ({
      importId,
      cases: wanted,
    }: {
      importId: string
      cases: ImportedAfterSale[]
    }) => wanted.filter((one) => openCase(importId, one)).length,
    _internalImportTotals: ({ importId }: { importId: string }): ImportTotals =>
      totalsOf({ orders, cases }, importId),
  }
}

const describeLine = (order: StoredOrder, line: ImportedOrder['lines'][number]) => ({
  orderId: order.id,
  orderLineId: line.id,
  buyerId: order.buyerId,
  skuId: line.skuId,
  placedAt: order.placedAt,
  unitAmount: line.unitAmount,
})

function totalsOf({ orders, cases }: OrderBooks, importId: string): ImportTotals {
  const prices = new Map(
    [...orders.values()].flatMap(({ lines }) => lines.map((line) => [line.id, line.unitAmount] as const)),
  )
  const ours = [...orders.values()].filter((order) => order.importId === importId)
  const lines = ours.flatMap((order) => order.lines)
  const ourCases = [...cases.values()].filter((stored) => stored.importId === importId)
  const refunds = ourCases.flatMap((stored) => stored.lines)
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  return {
    orders: ours.length,
    orderLines: lines.length,
    quantity: sum(lines.map((line) => line.quantity)),
    value: sum(lines.map((line) => line.quantity * line.unitAmount)),
    cases: ourCases.length,
    refundLines: refunds.length,
    refundedQuantity: sum(refunds.map((refund) => refund.quantity)),
    refundedValue: sum(refunds.map((refund) => refund.quantity * (prices.get(refund.orderLineId) ?? 0))),
  }
}
