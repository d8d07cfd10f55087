/** Bulk internal operations of the importer: catalogue rows and replayed orders, each idempotent on the ids it is given. */
import type { OrderAttribution } from './events.ts'
import type { MoneyOnTheWire } from './money.ts'
import { internalOperation, type StockDemand } from './internal-operations.ts'

export type CatalogueImport = {
  readonly merchants: readonly { readonly id: string; readonly name: string }[]
  readonly shops: readonly { readonly id: string; readonly merchantId: string; readonly name: string }[]
  readonly brands: readonly { readonly id: string; readonly name: string }[]
  /** Parents before or after their children. `code` is the source's own id. */
  readonly categories: readonly {
    readonly id: string
    readonly code: string
    readonly name: string
    readonly parentId: string | null
  }[]
  readonly products: readonly ImportedProduct[]
}

export type ImportedProduct = {
  readonly id: string
  readonly shopId: string
  readonly title: string
  readonly description: string
  readonly categoryId: string | null
  readonly brandId: string | null
  readonly tags: readonly string[]
  readonly createdAt: string
  readonly skus: readonly {
    readonly id: string
    readonly code: string
    readonly name: string
    /** Units on hand when the SKU is new. An SKU that is there already keeps its stock. */
    readonly openingStock: number
    readonly offers: readonly {
      readonly id: string
      readonly source: string
      readonly price: MoneyOnTheWire
      readonly externalUrl: string | null
    }[]
  }[]
}

/** Inserts what is new and leaves what is there alone; returns how many products are new. */
export const catalogueImport = internalOperation<{ catalogue: CatalogueImport }, number>(
  'products',
  '_internalCatalogueImport',
  `mutation InternalCatalogueImport($catalogue: InternalCatalogueImportInput!) {
  _internalCatalogueImport(catalogue: $catalogue)
}`,
)

/** Adds units to SKUs once per `receiptId`: what a later month of a file sells has first to arrive in the warehouse. */
export const stockReceipt = internalOperation<
  { receiptId: string; demands: readonly StockDemand[] },
  boolean
>(
  'products',
  '_internalStockReceipt',
  `mutation InternalStockReceipt($receiptId: ID!, $demands: [InternalStockDemandInput!]!) {
  _internalStockReceipt(receiptId: $receiptId, demands: $demands)
}`,
)

/** Sells units at once, all or none, once per `saleId`: hold and commit in one step, by the same conditional update. */
export const stockSale = internalOperation<{ saleId: string; demands: readonly StockDemand[] }, boolean>(
  'products',
  '_internalStockSale',
  `mutation InternalStockSale($saleId: ID!, $demands: [InternalStockDemandInput!]!) {
  _internalStockSale(saleId: $saleId, demands: $demands)
}`,
)

export type ImportedOrder = {
  readonly id: string
  /** The source's own number, such as an invoice number. */
  readonly number: string
  readonly buyerId: string
  readonly buyerCountry: string
  readonly shopId: string
  readonly placedAt: string
  readonly currency: string
  /** Where all of it was found. Left out where nobody knows, as in files from elsewhere. */
  readonly attribution?: ImportedAttribution
  readonly lines: readonly {
    readonly id: string
    readonly offerId: string
    readonly productId: string
    readonly skuId: string
    readonly title: string
    readonly quantity: number
    readonly unitAmount: number
  }[]
}

/** As recorded at the time: it is not checked with content or creators again. The discovery mode follows from the entry. */
export type ImportedAttribution = Omit<OrderAttribution, 'discoveryMode'>

/**
 * Replays orders through the order rules up to COMPLETED (placed, paid, shipped, received at `placedAt`), all of a call in
 * one transaction. An order whose id is there already is left alone. Returns how many are new.
 */
export const ordersImport = internalOperation<{ importId: string; orders: readonly ImportedOrder[] }, number>(
  'orders',
  '_internalOrdersImport',
  `mutation InternalOrdersImport($importId: ID!, $orders: [InternalImportedOrderInput!]!) {
  _internalOrdersImport(importId: $importId, orders: $orders)
}`,
)

export type RefundableLine = {
  readonly orderId: string
  readonly orderLineId: string
  readonly buyerId: string
  readonly skuId: string
  readonly placedAt: string
  readonly unitAmount: number
  /** Units sold and not refunded yet. */
  readonly quantity: number
}

/** Lines of completed orders of these buyers that can still be refunded, newest order first. */
export const refundableLines = internalOperation<{ buyerIds: readonly string[] }, readonly RefundableLine[]>(
  'orders',
  '_internalRefundableLines',
  `query InternalRefundableLines($buyerIds: [ID!]!) {
  _internalRefundableLines(buyerIds: $buyerIds) { orderId orderLineId buyerId skuId placedAt unitAmount quantity }
}`,
)

export type ImportedAfterSale = {
  readonly id: string
  readonly number: string
  readonly orderId: string
  readonly refundedAt: string
  readonly lines: readonly { readonly orderLineId: string; readonly quantity: number }[]
}

/** Opens, approves and refunds after-sale cases by the after-sale rules, once per id. Returns how many are new. */
export const afterSalesImport = internalOperation<
  { importId: string; cases: readonly ImportedAfterSale[] },
  number
>(
  'orders',
  '_internalAfterSalesImport',
  `mutation InternalAfterSalesImport($importId: ID!, $cases: [InternalImportedAfterSaleInput!]!) {
  _internalAfterSalesImport(importId: $importId, cases: $cases)
}`,
)

export type ImportedRefund = {
  readonly importId: string
  /** The source's number of the case, such as the invoice number of a cancellation. */
  readonly number: string
  readonly orderId: string
  readonly orderLineId: string
  readonly buyerId: string
  readonly skuId: string
  readonly placedAt: string
  readonly unitAmount: number
  readonly quantity: number
}

/**
 * What imported after-sale cases of these buyers have refunded already, line by line: how an import that was cut short
 * knows which cancellations are done, and against which sales.
 */
export const importedRefunds = internalOperation<{ buyerIds: readonly string[] }, readonly ImportedRefund[]>(
  'orders',
  '_internalImportedRefunds',
  `query InternalImportedRefunds($buyerIds: [ID!]!) {
  _internalImportedRefunds(buyerIds: $buyerIds) {
    importId number orderId orderLineId buyerId skuId placedAt unitAmount quantity
  }
}`,
)

/** Which of these orders are there already, and the import that each came with. */
export const importedOrders = internalOperation<
  { orderIds: readonly string[] },
  readonly { readonly orderId: string; readonly importId: string }[]
>(
  'orders',
  '_internalImportedOrders',
  `query InternalImportedOrders($orderIds: [ID!]!) {
  _internalImportedOrders(orderIds: $orderIds) { orderId importId }
}`,
)

export type ImportTotals = {
  readonly orders: number
  readonly orderLines: number
  readonly quantity: number
  /** Minor units. */
  readonly value: number
  readonly cases: number
  readonly refundLines: number
  readonly refundedQuantity: number
  readonly refundedValue: number
}

/** What the database holds of an import, counted and summed from its rows: one side of the reconciliation. */
export const importTotals = internalOperation<{ importId: string }, ImportTotals>(
  'orders',
  '_internalImportTotals',
  `query InternalImportTotals($importId: ID!) {
  _internalImportTotals(importId: $importId) {
    orders orderLines quantity value cases refundLines refundedQuantity refundedValue
  }
}`,
)
