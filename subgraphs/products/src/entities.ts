/** How other subgraphs' references to the catalogue are found. All of it is public; what isn't (stock on hand) is guarded field by field. */
import type { EntityDefinitions } from '@souk/kit'
import type { Modules } from './modules.ts'

export const entities: EntityDefinitions<Modules> = {
  Merchant: { id: ({ modules }, ids) => modules.shops.merchantsById(ids) },
  Shop: { id: ({ modules }, ids) => modules.shops.shopsById(ids) },
  Brand: { id: ({ modules }, ids) => modules.shops.brandsById(ids) },
  Category: { id: ({ modules }, ids) => modules.categories.categoriesById(ids) },
  Product: { id: ({ modules }, ids) => modules.products.productsById(ids) },
  Sku: { id: ({ modules }, ids) => modules.products.skusById(ids) },
  Offer: { id: ({ modules }, ids) => modules.offers.offersById(ids) },
}
