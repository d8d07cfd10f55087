/** Step 3: the shop of the retail files, and a product, an SKU and an offer for each stock code that was sold. */
import { catalogueImport } from '@souk/contracts'
import type { CallSubgraph } from './call-subgraph.ts'
import { emptyCatalogue, importProducts as sendProducts } from './catalogue/import-products.ts'
import type { Progress } from './progress/progress.ts'
import { describeProducts } from './retail/describe-products.ts'
import type { Invoice } from './retail/invoice.ts'
import { retailCategory, retailMerchant, retailShop } from './retail/retail-shop.ts'

/** Returns how many products are new. What is there already keeps its title, price and stock. */
export async function importProducts(
  call: CallSubgraph,
  sales: readonly Invoice[],
  progress: Progress,
): Promise<number> {
  const products = describeProducts(sales)
  const step = progress.begin('products of the retail file', products.length)
  const shop = {
    ...emptyCatalogue,
    merchants: [retailMerchant],
    shops: [retailShop],
    categories: [retailCategory],
  }
  await call(catalogueImport, { catalogue: shop })
  return await sendProducts(call, products, step)
}
