/** What tests of the importer share with the tests beside its code: files of the retail format, and a market in memory. */
export {
  openMemoryMarket,
  type RetailRow,
  retailRow,
  retailText,
  writeTemporaryFile,
} from '@souk/gateway/testing'
