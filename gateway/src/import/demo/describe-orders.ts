/** Orders that the demo's shopper has placed already. They are written last, so they tell that the demo is whole. */
import type { ImportedOrder, ImportedProduct } from '@souk/contracts'
import { demoId, demoTime } from './demo-ids.ts'
import { demoShopperId } from './demo-people.ts'
import { shopsOfDemoMerchant } from './demo-shops.ts'

// The version of the demo data. With another, the next start adds what is new.
export const demoImportId = demoId('import', 'version 1')

export const demoOrderCount = 3

/** In the shop that the demo's merchant runs, so that both see them. */
export function describeOrders(products: readonly ImportedProduct[]): readonly ImportedOrder[] {
  const ofMerchant = products.filter(({ shopId }) => shopsOfDemoMerchant.includes(shopId))
  return Array.from({ length: demoOrderCount }, (_order, index) => {
    const ordered = ofMerchant.slice(index * 2, index * 2 + 2)
    return {
      id: demoId('order', index),
      number: `DEMO-${index + 1}`,
      buyerId: demoShopperId,
      buyerCountry: 'United Kingdom',
      shopId: ordered[0]?.shopId ?? '',
      placedAt: demoTime(-24 * (index + 2)),
      currency: 'USD',
      lines: ordered.flatMap((product, position) =>
        lineOf(product, { orderIndex: index, quantity: position + 1 }),
      ),
    }
  })
}

function lineOf(
  { id, title, skus }: ImportedProduct,
  line: { readonly orderIndex: number; readonly quantity: number },
): ImportedOrder['lines'] {
  return skus.slice(0, 1).flatMap((sku) =>
    sku.offers.slice(0, 1).map((offer) => ({
      id: demoId('order line', `${line.orderIndex} ${id}`),
      offerId: offer.id,
      productId: id,
      skuId: sku.id,
      title,
      quantity: line.quantity,
      unitAmount: offer.price.amount,
    })),
  )
}
