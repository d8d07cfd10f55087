/** Products of a retail file: one for each stock code that was sold, with the title and the price it was most often sold by. */
import type { ImportedProduct } from '@souk/contracts'
import { importLimits } from '../config.ts'
import type { Invoice } from './invoice.ts'
import { offerIdOf, productIdOf, skuIdOf } from './retail-ids.ts'
import { retailCategory, retailCurrency, retailShop } from './retail-shop.ts'

export function describeProducts(sales: readonly Invoice[]): readonly ImportedProduct[] {
  const sold = sales.flatMap(({ at, lines }) => lines.map((line) => ({ ...line, at })))
  return [...Map.groupBy(sold, (line) => line.stockCode)].map(([stockCode, lines]) =>
    describeProduct(stockCode, {
      title: chooseTitle(
        stockCode,
        lines.map((line) => line.description),
      ),
      unitPence:
        mostFrequent(
          lines.map((line) => line.unitPence),
          (left, right) => right - left,
        ) ?? 0,
      at: lines.reduce((at, line) => Math.min(at, line.at), Infinity),
    }),
  )
}

type Description = { readonly title: string; readonly unitPence: number; readonly at: number }

const describeProduct = (stockCode: string, { title, unitPence, at }: Description): ImportedProduct => ({
  id: productIdOf(stockCode),
  shopId: retailShop.id,
  title,
  description: `Stock code ${stockCode} of a UK web shop for gift-ware.`,
  categoryId: retailCategory.id,
  brandId: null,
  tags: ['gift-ware'],
  createdAt: new Date(at).toISOString(),
  skus: [
    {
      id: skuIdOf(stockCode),
      code: stockCode,
      name: title,
      openingStock: shelfStock,
      offers: [
        {
          id: offerIdOf(stockCode),
          source: 'PLATFORM_SHOP',
          price: { amount: unitPence, currency: retailCurrency },
          externalUrl: null,
        },
      ],
    },
  ],
})

// What the files sell arrives by receipts of its own. This is what stands on the shelf for those who shop afterwards.
const shelfStock = 100

/**
 * The proper description that most sales have; of equals the longest, then the first in the alphabet. Notes such as "?",
 * "damaged" or "amazon" stand on lines without a price, which never get here; an empty one or a sign is not proper either.
 */
export function chooseTitle(stockCode: string, descriptions: readonly string[]): string {
  const proper = descriptions
    .map((text) => text.replaceAll(/\s+/g, ' ').trim())
    .filter((text) => /\p{L}{2}/u.test(text))
  const title = mostFrequent(proper, (left, right) => right.length - left.length || (left < right ? -1 : 1))
  return (title ?? `Item ${stockCode}`).slice(0, importLimits.titleCharactersMax)
}

function mostFrequent<Value>(
  values: readonly Value[],
  compare: (left: Value, right: Value) => number,
): Value | undefined {
  const counts = new Map<Value, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(
    ([left, leftCount], [right, rightCount]) => rightCount - leftCount || compare(left, right),
  )[0]?.[0]
}
