/** Adds an offer of an SKU, in the shop or on another platform. */
import type { Refusal } from '@souk/kit'
import { catalogueLimits } from '../config.ts'
import type { Context } from '../modules.ts'
import type { Offer, OfferSource } from './catalogue.ts'
import { type PricesInput, readExternalUrl, readPrices } from './input-rules.ts'
import { type ProductRemoved, productRemoved, skuToManage } from './manage-product.ts'
import { insertOffer } from './offer-store.ts'
import { changeProduct } from './publish-change.ts'

export type OfferCreateInput = PricesInput & {
  readonly skuId: string
  readonly source: OfferSource
  readonly externalUrl?: string | null
}

type TooManyOffers = Refusal<'TooManyOffers'> & { readonly offersMax: number }

export async function addOffer(
  context: Context,
  input: OfferCreateInput,
): Promise<{ __typename: 'OfferCreated'; offer: Offer } | ProductRemoved | TooManyOffers> {
  const sku = await skuToManage(context, input.skuId)
  const prices = readPrices(input)
  const externalUrl = readExternalUrl(input.source, input.externalUrl)
  const { database, outbox } = context.modules
  return changeProduct({ database, outbox, productId: sku.productId }, async (transaction, product) => {
    if (product.status === 'REMOVED') return productRemoved(product)
    const offer: Offer = {
      id: context.ids.next(),
      skuId: sku.id,
      productId: product.id,
      shopId: input.source === 'PLATFORM_SHOP' ? product.shopId : null,
      source: input.source,
      ...prices,
      externalUrl,
    }
    const offersMax = catalogueLimits.offersPerSkuMax
    const inserted = await insertOffer(transaction, offer, { now: context.clock.now(), offersMax })
    return inserted ? { __typename: 'OfferCreated', offer } : tooManyOffers(offersMax)
  })
}

const tooManyOffers = (offersMax: number): TooManyOffers => ({
  __typename: 'TooManyOffers',
  code: 'TOO_MANY_OFFERS',
  message: `An SKU has at most ${offersMax} offers.`,
  offersMax,
})
