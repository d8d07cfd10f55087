/** The public root queries. */
import { connectionOf, type ConnectionArguments } from '@souk/kit'
import { bad } from '../catalogue/input-rules.ts'
import { loadBrand, loadCategory, loadOffer, loadProduct, loadShop } from '../load.ts'
import type { Context } from '../modules.ts'
import { cursorOfFound, type ProductSearchArguments, readProductSearch } from '../search/product-search.ts'
import { nameConnection, newestConnection, readNamePage, readNewestPage } from './pages.ts'

type ById = { readonly id: string }

export const queryResolvers = {
  product: (_root: unknown, { id }: ById, context: Context) => loadProduct(context, id),
  shop: (_root: unknown, { id }: ById, context: Context) => loadShop(context, id),
  brand: (_root: unknown, { id }: ById, context: Context) => loadBrand(context, id),
  offer: (_root: unknown, { id }: ById, context: Context) => loadOffer(context, id),

  category: (
    _root: unknown,
    { id, code }: { readonly id?: string | null; readonly code?: string | null },
    context: Context,
  ) => {
    if (id != null && code == null) return loadCategory(context, id)
    if (id == null && code != null) {
      return context.loaders.load('category by code', code, context.modules.categories.categoriesByCode)
    }
    throw bad('Give exactly one of "id" and "code".')
  },

  shops: async (_root: unknown, args: ConnectionArguments, { modules }: Context) => {
    const page = readNewestPage(args)
    return newestConnection(await modules.shops.shops(page), page)
  },

  categories: async (_root: unknown, args: ConnectionArguments, { modules }: Context) => {
    const page = readNamePage(args)
    return nameConnection(await modules.categories.roots(page), page)
  },

  productSearch: async (_root: unknown, args: ProductSearchArguments, { modules }: Context) => {
    const search = readProductSearch(args)
    const found = connectionOf(await modules.search.search(search), search.page, cursorOfFound(search.order))
    return {
      discoveryMode: 'PEOPLE_FIND_GOODS',
      edges: found.edges.map(({ cursor, node }) => ({ cursor, node: node.product })),
      nodes: found.nodes.map((node) => node.product),
      pageInfo: found.pageInfo,
    }
  },
}
