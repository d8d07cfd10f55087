/** The rules that one line is judged by alone. The first that applies, in the order of `rejections`, decides. */
import { assertNever } from '@souk/contracts'
import { importLimits } from '../config.ts'
import type { Rejection } from './rejections.ts'
import { priceUnitsPerPenny, type RetailLine } from './retail-line.ts'
import { meaningOf } from './stock-codes.ts'

export function rejectLine(line: RetailLine): Rejection | undefined {
  return rejectByKind(line) ?? rejectByCode(line) ?? rejectByAmount(line) ?? rejectByBuyer(line)
}

function rejectByKind({ kind, quantity }: RetailLine): Rejection | undefined {
  switch (kind) {
    case 'ADJUSTMENT':
      return 'ACCOUNT_ADJUSTMENT'
    case 'SALE':
      if (quantity < 0) return 'STOCK_ADJUSTMENT'
      return quantity === 0 ? 'ZERO_QUANTITY' : undefined
    case 'CANCELLATION':
      if (quantity > 0) return 'CANCELLATION_NOT_NEGATIVE'
      return quantity === 0 ? 'ZERO_QUANTITY' : undefined
    default:
      return assertNever(kind)
  }
}

function rejectByCode({ stockCode }: RetailLine): Rejection | undefined {
  const meaning = meaningOf(stockCode)
  switch (meaning) {
    case 'PRODUCT':
      return undefined
    case 'NOT_A_PRODUCT':
      return 'NOT_A_PRODUCT'
    case 'UNKNOWN':
      return 'UNKNOWN_STOCK_CODE'
    default:
      return assertNever(meaning)
  }
}

function rejectByAmount({ unitPrice, quantity }: RetailLine): Rejection | undefined {
  if (unitPrice < 0n) return 'NEGATIVE_PRICE'
  if (unitPrice === 0n) return 'ZERO_PRICE'
  if (unitPrice % priceUnitsPerPenny !== 0n) return 'NOT_WHOLE_PENCE'
  if (Math.abs(quantity) > importLimits.lineQuantityMax) return 'QUANTITY_TOO_LARGE'
  return unitPrice / priceUnitsPerPenny > importLimits.unitPenceMax ? 'PRICE_TOO_LARGE' : undefined
}

function rejectByBuyer({ customer, country }: RetailLine): Rejection | undefined {
  if (customer === null) return 'NO_CUSTOMER'
  return country === '' ? 'NO_COUNTRY' : undefined
}
