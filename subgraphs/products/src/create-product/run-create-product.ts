/** Creates a product, once per idempotency key: the four steps in order, all but the first in one transaction. */
import { writeWithEvents } from '@souk/kit'
import type { Product } from '../catalogue/catalogue.ts'
import type { Transaction } from '../db.ts'
import { loadProduct, loadReferred } from '../load.ts'
import type { Context } from '../modules.ts'
import { checkInput } from './01-check-input.ts'
import { claimKey } from './02-claim-key.ts'
import { writeProduct } from './03-write-product.ts'
import { publishNewProduct } from './04-publish.ts'
import type { ProductCreateInput } from './product-to-create.ts'

export async function createProduct(
  context: Context,
  input: ProductCreateInput,
): Promise<{ __typename: 'ProductCreated'; product: Product }> {
  const checked = await checkInput(context, input)
  const { database, outbox } = context.modules
  const id = await writeWithEvents<Transaction, string>(database, outbox, async (transaction, publish) => {
    const claim = await claimKey(transaction, context, input)
    // The key and the product are one transaction: a key that is there has its product.
    if (claim.repeated) return claim.entityId
    await writeProduct(transaction, checked, { id: claim.entityId, now: context.clock.now() })
    await publishNewProduct(transaction, claim.entityId, publish)
    return claim.entityId
  })
  return { __typename: 'ProductCreated', product: await loadReferred('product', loadProduct(context, id)) }
}
