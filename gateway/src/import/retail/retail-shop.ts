/** The one shop that all retail files sell from, and the merchant that runs it. */
import { shopPartId } from './retail-ids.ts'

export const retailCurrency = 'GBP'

export const retailMerchant = {
  id: shopPartId('merchant', 'gift-ware'),
  name: 'Souk Demo Trading Ltd',
} as const

export const retailShop = {
  id: shopPartId('shop', 'gift-ware'),
  merchantId: retailMerchant.id,
  name: 'UK gift-ware',
} as const

export const retailCategory = {
  id: shopPartId('category', 'gift-ware'),
  code: 'souk:gift-ware',
  name: 'Gift-ware',
  parentId: null,
} as const
