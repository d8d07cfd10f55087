/** Rows of the selection pool, and what may be asked of it. */
import type { Money } from '@souk/contracts'

export type AffiliateProduct = {
  readonly productId: string
  readonly planId: string
  readonly rateBps: number
  readonly price: Money
  readonly estimatedCommission: Money
  readonly enrolledAt: Date
  /** How well the title matches the query; 0 without one. */
  readonly score: number
}

export type PoolFilter = {
  readonly query?: string | null
  readonly categoryId?: string | null
  readonly shopId?: string | null
  readonly rateBpsMin?: number | null
  readonly rateBpsMax?: number | null
  readonly priceMin?: bigint | null
  readonly priceMax?: bigint | null
  readonly commissionMin?: bigint | null
  readonly currency?: string | null
}

export type PoolSort = 'DEFAULT' | 'RATE_DESC' | 'COMMISSION_DESC' | 'PRICE_ASC' | 'PRICE_DESC' | 'NEWEST'

/** What the pool knows of a product, and the moment that it is of. */
export type ProductFacts = {
  readonly productId: string
  readonly shopId: string
  readonly title: string
  readonly categoryId: string | null
  readonly status: 'LISTED' | 'UNLISTED' | 'REMOVED'
  readonly price: { readonly amount: number; readonly currency: string } | null
  readonly asOf: Date
}
