/** Front door of @souk/gateway/testing: what tests outside of the gateway share with those beside its code. */
export { type MemoryMarket, openMemoryMarket } from '../import/testing/memory-market.ts'
export {
  type RetailRow,
  retailHeader,
  retailRow,
  retailText,
  writeTemporaryFile,
} from '../import/testing/retail-text.ts'
export {
  testGateway,
  testViewerSecret,
  type TestGateway,
  testSubgraph,
  type TestSubgraph,
} from './test-gateway.ts'
export { readSupergraph } from '../supergraph/read-supergraph.ts'
