/** Adds creators, plans and showcases in bulk, all or nothing, each row once by its id. */
import { ClientError } from '@souk/contracts'
import { type Clock, transact } from '@souk/kit'
import type { Database } from '../db.ts'
import { refreshPool, upsertProducts } from '../selection-pool/pool-store.ts'
import {
  type CreatorsImportInput,
  importCreatorRows,
  importOrganizations,
  importPlans,
  importShowcaseItems,
  productsWithoutPlan,
} from './import-store.ts'

// Older than any event, so that whatever products says of a product wins over what the import supposed.
const beforeAnyEvent = new Date(0)

export async function importCreators(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  input: CreatorsImportInput,
): Promise<number> {
  const now = clock.now()
  return transact(database, async (transaction) => {
    const organizations = await importOrganizations(transaction, input.organizations, now)
    const creators = await importCreatorRows(transaction, input.creators, now)
    const products = await upsertProducts(transaction, factsOf(input.products))
    const plans = await importPlans(transaction, input.plans, now)
    const touched = [...input.products, ...input.plans].map((row) => row.productId)
    await refreshPool(transaction, [...new Set(touched)].sort(), now)
    const [orphan] = await productsWithoutPlan(
      transaction,
      input.showcaseItems.map((item) => item.productId),
    )
    if (orphan !== undefined)
      throw new ClientError('BAD_INPUT', `"showcaseItems" names the product "${orphan}", which has no plan.`)
    const items = await importShowcaseItems(transaction, input.showcaseItems)
    return organizations + creators + products + plans + items
  })
}

/** A product that is given twice counts as it is given last. */
function factsOf(products: CreatorsImportInput['products']) {
  const byId = new Map(products.map((product) => [product.productId, product]))
  return [...byId.values()].map(({ amount, currency, categoryId, ...product }) => ({
    ...product,
    categoryId: categoryId ?? null,
    status: 'LISTED' as const,
    price: { amount: Number(amount), currency },
    asOf: beforeAnyEvent,
  }))
}
