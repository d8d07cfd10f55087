/** The modules of the subgraph, built once when it opens; resolvers, handlers and jobs get them in their context. */
import type { SubgraphContext, SubgraphServices } from '@souk/kit'
import { openCategoryStore } from './catalogue/category-store.ts'
import { openOfferStore } from './catalogue/offer-store.ts'
import { openProductStore } from './catalogue/product-store.ts'
import { openShopStore } from './catalogue/shop-store.ts'
import type { Database } from './db.ts'
import { openProductSearchStore } from './search/product-search-store.ts'
import { openStockKeeper } from './stock/keep-stock.ts'

export type Modules = ReturnType<typeof openModules>

export type Context = SubgraphContext<Modules>

export function openModules({ database, outbox, clock }: SubgraphServices<Database>) {
  return {
    database,
    outbox,
    shops: openShopStore(database),
    categories: openCategoryStore(database),
    products: openProductStore(database),
    offers: openOfferStore(database),
    search: openProductSearchStore(database),
    stock: openStockKeeper(database, clock),
  }
}
