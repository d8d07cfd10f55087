/** The things of the catalogue as the subgraph speaks of them. */
import type { Money } from '@souk/contracts'

export type Merchant = { readonly id: string; readonly name: string }

export type ShopType = 'FLAGSHIP' | 'SPECIALTY' | 'ORDINARY'

export type Shop = {
  readonly id: string
  readonly merchantId: string
  readonly name: string
  readonly type: ShopType
  readonly createdAt: Date
}

export type Brand = { readonly id: string; readonly name: string }

export type Category = {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly parentId: string | null
}

export type ProductStatus = 'LISTED' | 'UNLISTED' | 'REMOVED'

export const productStatuses: readonly ProductStatus[] = ['LISTED', 'UNLISTED', 'REMOVED']

export type Product = {
  readonly id: string
  readonly shopId: string
  readonly brandId: string | null
  readonly categoryId: string | null
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly status: ProductStatus
  readonly unitsSold: number
  readonly createdAt: Date
}

export type Sku = {
  readonly id: string
  readonly productId: string
  readonly code: string
  readonly name: string
}

export type OfferSource = 'PLATFORM_SHOP' | 'TAOBAO' | 'TMALL' | 'JD' | 'OTHER'

export type CheckoutMode = 'IN_APP' | 'EXTERNAL_REDIRECT'

export type Offer = {
  readonly id: string
  readonly skuId: string
  readonly productId: string
  /** Null for offers on other platforms. */
  readonly shopId: string | null
  readonly source: OfferSource
  readonly price: Money
  readonly listPrice: Money | null
  readonly externalUrl: string | null
}

/** Only what a shop of this platform sells can be paid here. */
export const checkoutModeOf = (source: OfferSource): CheckoutMode =>
  source === 'PLATFORM_SHOP' ? 'IN_APP' : 'EXTERNAL_REDIRECT'

/** What other subgraphs are told about a product when it changes. */
export type ProductFacts = {
  readonly productId: string
  readonly shopId: string
  readonly title: string
  readonly categoryId: string | null
  readonly status: ProductStatus
  /** The cheapest platform-shop offer; of several currencies the first in alphabetical order. */
  readonly price: Money | null
}
