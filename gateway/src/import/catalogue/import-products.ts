/** Sends products to the catalogue in calls of a bounded size. */
import { catalogueImport, type CatalogueImport, type ImportedProduct } from '@souk/contracts'
import { type CallSubgraph, chunksOf } from '../call-subgraph.ts'
import { importLimits } from '../config.ts'
import type { ProgressStep } from '../progress/progress.ts'

/** What a call says nothing about. */
export const emptyCatalogue: CatalogueImport = {
  merchants: [],
  shops: [],
  brands: [],
  categories: [],
  products: [],
}

/** Returns how many products are new. */
export async function importProducts(
  call: CallSubgraph,
  products: readonly ImportedProduct[],
  step: ProgressStep,
): Promise<number> {
  let isNew = 0
  for (const chunk of chunksOf(products, importLimits.catalogueRowsPerCall)) {
    isNew += await call(catalogueImport, { catalogue: { ...emptyCatalogue, products: chunk } })
    step.advance(chunk.length)
  }
  return isNew
}
