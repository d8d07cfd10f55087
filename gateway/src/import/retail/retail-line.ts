/** A line of a retail file as it was read: numbers are numbers, and nothing is decided yet. */
import type { Rejection } from './rejections.ts'

export type RetailLine = {
  /** Place in the file, the header being 1. */
  readonly lineNumber: number
  readonly invoice: string
  /** SALE for digits, CANCELLATION for C…, ADJUSTMENT for A…. */
  readonly kind: 'SALE' | 'CANCELLATION' | 'ADJUSTMENT'
  /** In capitals: the file writes 84029G and 84029g for one product. */
  readonly stockCode: string
  readonly description: string
  readonly quantity: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** Millionths of a pound, so that a price such as 0.001 is exact before it is judged. */
  readonly unitPrice: bigint
  readonly customer: string | null
  readonly country: string
}

/** One record of the file. `line` is missing where it can't be read; what it is worth is then as far as it can be told. */
export type ReadRecord =
  | {
      readonly lineNumber: number
      readonly quantity: number
      readonly value: bigint
      readonly line: RetailLine
    }
  | {
      readonly lineNumber: number
      readonly quantity: number
      readonly value: bigint
      readonly rejection: Rejection
    }

export const priceUnitsPerPenny = 10_000n

export const retailColumns = [
  'invoice_no',
  'stock_code',
  'description',
  'quantity',
  'invoice_at',
  'unit_price_gbp',
  'customer_id',
  'country',
] as const
