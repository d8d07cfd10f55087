/** The demo data: real catalogue and orders from files, creators, content and service providers generated on top. */
import {
  catalogueImport,
  contentImport,
  creatorsImport,
  type ImportedOrder,
  importTotals,
  ordersImport,
  serviceProvidersImport,
} from '@souk/contracts'
import { type CallSubgraph, callInBulk, chunksOf } from '../call-subgraph.ts'
import {
  type CategoryTree,
  describeCategories,
  sourceCategoriesSchema,
} from '../catalogue/describe-categories.ts'
import { emptyCatalogue, importProducts } from '../catalogue/import-products.ts'
import { dataFile, readDataFile } from '../catalogue/read-data-file.ts'
import { importLimits } from '../config.ts'
import type { Progress } from '../progress/progress.ts'
import { type ImportReport, runImport } from '../run-import.ts'
import { sellUnits } from '../stock/sell-units.ts'
import { describeCatalogue, sourceProductsSchema } from './describe-catalogue.ts'
import { describeContent } from './describe-content.ts'
import { describeCreators } from './describe-creators.ts'
import { demoId } from './demo-ids.ts'
import { demoImportId, describeOrders } from './describe-orders.ts'
import { describeServiceProviders } from './describe-service-providers.ts'

export const demoRetailFile = dataFile('online-retail-2010-12.csv.gz')

export type SeedOptions = {
  readonly call: CallSubgraph
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export type SeedReport =
  | { readonly state: 'WAS_THERE' }
  | { readonly state: 'SEEDED'; readonly retail: ImportReport; readonly categories: CategoryTree }

/** Every part is idempotent, and the last one tells that all are there: a seeding that was cut short begins again and skips. */
export async function seedDemo(options: SeedOptions): Promise<SeedReport> {
  try {
    return await seedParts(options)
  } catch (error) {
    options.progress.end()
    throw error
  }
}

async function seedParts({ call: callOnce, progress, signal }: SeedOptions): Promise<SeedReport> {
  const call = callInBulk(callOnce, signal)
  if (await isSeeded(call)) return { state: 'WAS_THERE' }
  const categories = await importCategories(call, progress)
  const catalogue = describeCatalogue(await readDataFile('products-dummyjson.json', sourceProductsSchema))
  const { products } = catalogue
  await call(catalogueImport, { catalogue: { ...catalogue, products: [] } })
  await importProducts(call, products, progress.begin('products', products.length))
  const retail = await runImport({
    file: demoRetailFile,
    call: callOnce,
    progress,
    ...(signal ? { signal } : {}),
  })
  const step = progress.begin('creators, content, service providers', generatedParts)
  await call(creatorsImport, { creators: describeCreators(products) })
  step.advance(1)
  await call(contentImport, { content: describeContent(products) })
  step.advance(1)
  await call(serviceProvidersImport, { serviceProviders: describeServiceProviders() })
  step.advance(1)
  await importDemoOrders(call, describeOrders(products))
  step.advance(1)
  return { state: 'SEEDED', retail, categories }
}

const generatedParts = 4

/** One cheap question, so that a start on a seeded database loses no time. */
export const isSeeded = async (call: CallSubgraph): Promise<boolean> =>
  (await call(importTotals, { importId: demoImportId })).orders > 0

async function importCategories(call: CallSubgraph, progress: Progress): Promise<CategoryTree> {
  const tree = describeCategories(await readDataFile('categories-bestbuy.json', sourceCategoriesSchema))
  const step = progress.begin('categories', tree.categories.length)
  for (const categories of chunksOf(tree.categories, importLimits.catalogueRowsPerCall)) {
    await call(catalogueImport, { catalogue: { ...emptyCatalogue, categories } })
    step.advance(categories.length)
  }
  return tree
}

async function importDemoOrders(call: CallSubgraph, orders: readonly ImportedOrder[]): Promise<void> {
  const demands = orders.flatMap(({ lines }) => lines.map(({ skuId, quantity }) => ({ skuId, quantity })))
  await sellUnits(call, { saleId: demoId('stock sale', demoImportId), demands })
  await call(ordersImport, { importId: demoImportId, orders })
}
