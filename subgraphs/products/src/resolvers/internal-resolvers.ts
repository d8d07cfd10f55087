/** What other subgraphs ask of this one. The chassis lets only services in. */
import type { StockDemand } from '@souk/contracts'
import { checkoutModeOf } from '../catalogue/catalogue.ts'
import { productFacts } from '../catalogue/product-store.ts'
import { type CatalogueInput, importCatalogue } from '../import-catalogue/import-catalogue.ts'
import type { Context } from '../modules.ts'

type Demands = { readonly demands: readonly StockDemand[] }

export const internalQueries = {
  _internalOffers: async (
    _root: unknown,
    { offerIds }: { readonly offerIds: readonly string[] },
    { modules }: Context,
  ) => {
    const found = await modules.offers.offersWithGoods(offerIds)
    return offerIds.map((offerId) => {
      const known = found.get(offerId)
      if (known === undefined) return null
      const { offer, title, skuName, productStatus } = known
      return {
        ...offer,
        offerId,
        title,
        skuName,
        checkoutMode: checkoutModeOf(offer.source),
        sellable: productStatus === 'LISTED',
      }
    })
  },

  _internalProducts: async (
    _root: unknown,
    { productIds }: { readonly productIds: readonly string[] },
    { modules }: Context,
  ) => {
    const found = await productFacts(modules.database, productIds)
    return productIds.map((productId) => found.get(productId) ?? null)
  },
}

export const internalMutations = {
  _internalStockHold: (
    _root: unknown,
    { holdId, demands, expiresAt }: Demands & { readonly holdId: string; readonly expiresAt: Date },
    { modules }: Context,
  ) => modules.stock.hold(holdId, demands, expiresAt),

  _internalStockHoldCommit: (_root: unknown, { holdId }: { readonly holdId: string }, { modules }: Context) =>
    modules.stock.commit(holdId),

  _internalStockHoldRelease: (
    _root: unknown,
    { holdId }: { readonly holdId: string },
    { modules }: Context,
  ) => modules.stock.release(holdId),

  _internalStockReturn: (
    _root: unknown,
    { returnId, demands }: Demands & { readonly returnId: string },
    { modules }: Context,
  ) => modules.stock.takeBack(returnId, demands),

  _internalStockReceipt: (
    _root: unknown,
    { receiptId, demands }: Demands & { readonly receiptId: string },
    { modules }: Context,
  ) => modules.stock.receive(receiptId, demands),

  _internalStockSale: (
    _root: unknown,
    { saleId, demands }: Demands & { readonly saleId: string },
    { modules }: Context,
  ) => modules.stock.sell(saleId, demands),

  _internalCatalogueImport: (
    _root: unknown,
    { catalogue }: { readonly catalogue: CatalogueInput },
    { modules, clock }: Context,
  ) => importCatalogue(modules.database, catalogue, clock.now()),
}
