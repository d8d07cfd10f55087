/** Error codes of the products subgraph beyond the shared ones: what each means and what the caller does about it. */

export const productsErrors = {
  STOCK_HOLD_DIFFERS: {
    meaning: 'A hold by this id is there already, for other units.',
    remedy: 'Use a new hold id for other units.',
  },
  STOCK_ENTRY_DIFFERS: {
    meaning: 'A receipt, return or sale by this id is there already, with other units.',
    remedy: 'Use a new id for other units.',
  },
} as const

export type ProductsErrorCode = keyof typeof productsErrors
