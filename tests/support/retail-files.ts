/** What tests of the importer share with the tests beside its code: files of the retail format, and a market in memory. */
export { openMemoryMarket } from '../../gateway/src/import/testing/memory-market.ts'
export {
  type RetailRow,
  retailRow,
  retailText,
  writeTemporaryFile,
} from '../../gateway/src/import/testing/retail-text.ts'
