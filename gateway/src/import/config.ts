/** Every limit of the importer, named. */
export const importLimits = {
  // The largest known file of the format, a whole year, has 46 MB and 541,909 lines. What is far beyond is not such a file.
  fileBytesMax: 2_000_000_000,
  linesMax: 2_000_000,
  // A line of the format has some 100 characters. A longer one is rejected as a bad row, and is never held in memory whole.
  lineCharactersMax: 10_000,
  // A quoted description may run over a line end. Further than this, it is a quote that nobody closed.
  recordLinesMax: 4,
  // The largest line of the year is 80,995 units at once, cancelled twelve minutes later.
  lineQuantityMax: 1_000_000,
  invoiceQuantityMax: 1_000_000,
  // The longest invoice of the year has some 1,100 lines.
  invoiceLinesMax: 20_000,
  // Whole pence of one unit; times the quantity it still fits a JSON integer with room for sums.
  unitPenceMax: 1_000_000_000,
  titleCharactersMax: 200,
  // A call is one transaction on the other side: large enough to be fast, small enough that a kill loses little.
  catalogueRowsPerCall: 1_000,
  orderLinesPerCall: 2_500,
  ordersPerCall: 250,
  // What one change of stock may move.
  unitsPerCall: 1_000_000,
  idsPerCall: 1_000,
  buyersPerCall: 50,
  cancellationsPerCall: 100,
  stockReturnsAtOnce: 4,
  stockReceiptsMax: 3,
  // The chassis answers within a minute at most; a batch takes a second.
  callDeadlineMs: 60_000,
  /** Lines named as examples beside each reason of rejection. */
  examplesMax: 3,
} as const
