/** The shops of the demo: each sells some categories of the product file, and belongs to a merchant. */
import { retailMerchant, retailShop } from '../retail/retail-shop.ts'
import { demoId } from './demo-ids.ts'

export type DemoShop = {
  readonly id: string
  readonly merchantId: string
  readonly name: string
  readonly categories: readonly string[]
}

export const demoMerchants = [
  retailMerchant,
  ...['Northlight Retail Group', 'Cobalt Commerce', 'Willow & Partners'].map((name) => ({
    id: demoId('merchant', name),
    name,
  })),
] as const

const shopOf = (merchant: number, name: string, categories: readonly string[]): DemoShop => ({
  id: demoId('shop', name),
  merchantId: demoMerchants[merchant]?.id ?? retailMerchant.id,
  name,
  categories,
})

export const demoShops: readonly DemoShop[] = [
  shopOf(0, 'Aurora Beauty', ['beauty', 'fragrances', 'skin-care']),
  shopOf(1, 'Hearth & Home', ['furniture', 'home-decoration', 'kitchen-accessories']),
  shopOf(1, 'Daily Basket', ['groceries']),
  shopOf(2, 'Volt Electronics', ['laptops', 'mobile-accessories', 'smartphones', 'tablets']),
  shopOf(2, 'Open Road', ['motorcycle', 'vehicle']),
  shopOf(3, 'Meridian Watches', ['mens-watches', 'womens-watches', 'sunglasses', 'womens-jewellery']),
  shopOf(3, 'Thread & Sole', [
    'mens-shirts',
    'mens-shoes',
    'tops',
    'womens-bags',
    'womens-dresses',
    'womens-shoes',
  ]),
  shopOf(3, 'Fieldhouse Sports', ['sports-accessories']),
]

/** Sells what no other shop does, should the product file get a category more. */
export const varietyShop: DemoShop = shopOf(1, 'Souk Variety', [])

/** The shops that the demo's merchant signs in for. */
export const shopsOfDemoMerchant: readonly string[] = [
  ...demoShops.filter(({ merchantId }) => merchantId === retailMerchant.id).map(({ id }) => id),
  retailShop.id,
]
