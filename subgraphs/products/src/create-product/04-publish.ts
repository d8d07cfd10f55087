/** Step 4: other subgraphs hear of the product. */
import type { NewEvent, SqlExecutor } from '@souk/kit'
import { productFacts } from '../catalogue/product-store.ts'
import { productChanged } from '../catalogue/publish-change.ts'

export async function publishNewProduct(
  sql: SqlExecutor,
  productId: string,
  publish: (event: NewEvent) => void,
): Promise<void> {
  const facts = (await productFacts(sql, [productId])).get(productId)
  if (facts === undefined) throw new Error(`The product ${productId} was written, but is not there.`)
  publish(productChanged(facts))
}
