/** Step 3: the product, its SKUs, their opening stock and their prices in the shop. */
import type { SqlExecutor } from '@souk/kit'
import { insertProducts } from '../catalogue/catalogue-rows-store.ts'
import type { CheckedProduct } from './product-to-create.ts'

export async function writeProduct(
  sql: SqlExecutor,
  product: CheckedProduct,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<void> {
  await insertProducts(sql, [{ ...product, id, createdAt: now }], now)
}
