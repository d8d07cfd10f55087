/** Every limit of the service-providers subgraph. */
export const serviceProviderLimits = {
  nameLengthMax: 200,
  /** Rows of one bulk insert; the importer sends more in several calls. */
  importRowsMax: 20_000,
} as const
