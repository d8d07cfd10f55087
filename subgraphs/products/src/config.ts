/** Every limit of the products subgraph. */

export const catalogueLimits = {
  nameLengthMax: 200,
  titleLengthMax: 300,
  descriptionLengthMax: 20_000,
  codeLengthMax: 100,
  tagsMax: 50,
  tagLengthMax: 50,
  skusPerProductMax: 100,
  offersPerSkuMax: 50,
  urlLengthMax: 2_000,
  /** Ten million of a currency with two decimals. A larger price is a slip of the keyboard more often than a yacht. */
  priceAmountMax: 1_000_000_000n,
} as const

export const searchLimits = {
  queryLengthMax: 200,
} as const

export const stockLimits = {
  /** Of one change, and of one line of a hold. */
  unitsMax: 1_000_000,
  /** Of one SKU: what a 32-bit column holds, with room for one change more. */
  onHandMax: 2_000_000_000,
  /** SKUs in one hold, sale, receipt or return: a whole month of a file is received at once. */
  skusPerChangeMax: 20_000,
  /** Holds that one statement of the expiry job gives back: its row locks last for some milliseconds. */
  expiredHoldsPerBatch: 200,
  /** Batches in one run of the job; what is left waits for the next minute. */
  expiryBatchesMax: 500,
} as const
