/** Which stock codes name a product, and which name something else that a till can ring up. */

export type StockCodeMeaning = 'PRODUCT' | 'NOT_A_PRODUCT' | 'UNKNOWN'

/**
 * A product has five digits and up to three letters (22423, 85123A, 15056BL), or one of the named forms. What the file is known
 * to use for anything else is listed. A code that is neither is not guessed at: its lines are rejected as unknown.
 */
export function meaningOf(stockCode: string): StockCodeMeaning {
  if (otherCodes.has(stockCode) || otherForms.some((form) => form.test(stockCode))) return 'NOT_A_PRODUCT'
  return productForms.some((form) => form.test(stockCode)) ? 'PRODUCT' : 'UNKNOWN'
}

const productForms: readonly RegExp[] = [
  /^\d{5}[A-Z]{0,3}$/,
  // Items of the sister shop dotcomgiftshop: DCGS0076 SUNJAR LED NIGHT LIGHT, DCGSSBOY BOYS PARTY BAG.
  /^DCGS(\d{4}[A-Z]?|S[A-Z]+)$/,
  // PADS TO MATCH ALL CUSHIONS: a product with a name for a code.
  /^PADS$/,
]

const otherForms: readonly RegExp[] = [
  // Vouchers of the sister shop: gift_0001_40. Money paid in, not goods.
  /^GIFT_\d{4}_\d+$/,
  /^TEST\d*$/,
  /^ADJUST\d*$/,
]

const otherCodes: ReadonlySet<string> = new Set([
  'POST', // postage
  'DOT', // postage of dotcomgiftshop
  'C2', // carriage
  'D', // discount
  'M', // manual entry
  'S', // samples
  'B', // bad debt
  'AMAZONFEE',
  'BANK CHARGES',
  'CRUK', // commission to a charity
  'GIFT',
])
