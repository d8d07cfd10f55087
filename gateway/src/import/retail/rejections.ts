/** Why a line of a retail file is not imported. Where several reasons apply, the first of this list is told. */

export const rejections = {
  BAD_ROW: 'not eight columns, a broken quote, a NUL character, or far too long',
  BAD_INVOICE_NUMBER: 'the invoice number is not digits, or C or A and digits',
  BAD_QUANTITY: 'the quantity is not a whole number',
  BAD_PRICE: 'the unit price is not a decimal number',
  BAD_DATE: 'the time is not YYYY-MM-DDTHH:MM on a day that exists',
  BAD_CUSTOMER: 'the customer id is not digits',
  ACCOUNT_ADJUSTMENT: 'an entry of the books (invoice number A…, such as "adjust bad debt"), not a sale',
  STOCK_ADJUSTMENT: 'a negative quantity without C: stock written off',
  ZERO_QUANTITY: 'nothing was sold',
  CANCELLATION_NOT_NEGATIVE: 'a cancellation (C…) with a positive quantity',
  NOT_A_PRODUCT: 'postage, fees, discounts, samples, manual entries, vouchers',
  UNKNOWN_STOCK_CODE: 'neither the form of a product code nor a known other one',
  NEGATIVE_PRICE: 'the unit price is below zero',
  ZERO_PRICE: 'the unit price is zero: a gift, a loss, or a note',
  NOT_WHOLE_PENCE: 'the unit price has a fraction of a penny',
  QUANTITY_TOO_LARGE: 'more units than any sale has',
  PRICE_TOO_LARGE: 'a unit price beyond any of a product',
  NO_CUSTOMER: 'no customer id, so nobody to place the order for',
  NO_COUNTRY: 'no country',
  INVOICE_TOO_LONG: 'the invoice has more lines than any till rings up',
  INVOICE_CONFLICT: 'the invoice names two customers or two countries',
  INVOICE_IN_OTHER_IMPORT: 'the invoice number came with another file before',
  CANCELLATION_WITHOUT_SALE: 'the customer bought no such product before, as far as the imported files tell',
  PRICE_DIFFERS_FROM_SALE: 'the customer bought it, but never at the price of the cancellation',
  CANCELLATION_EXCEEDS_SALE: 'more units than the customer has left of what they bought at this price',
} as const

export type Rejection = keyof typeof rejections

export const rejectionCodes = Object.keys(rejections) as readonly Rejection[]
