/** Changes a product under its lock and publishes what other subgraphs should know of it, if any of that changed. */
import { moneyToWire, notFound } from '@souk/contracts'
import { type NewEvent, type Outbox, writeWithEvents } from '@souk/kit'
import type { Database, Transaction } from '../db.ts'
import type { Product, ProductFacts } from './catalogue.ts'
import { lockProduct, productFacts } from './product-store.ts'

export type ProductChange = {
  readonly database: Database
  readonly outbox: Outbox
  readonly productId: string
}

/**
 * Runs `work` with the product as it is under the lock. The lock keeps the events of one product in the order of its
 * changes: two transactions that published without it could write their events the other way round.
 */
export function changeProduct<T>(
  { database, outbox, productId }: ProductChange,
  work: (transaction: Transaction, product: Product) => Promise<T>,
): Promise<T> {
  return writeWithEvents<Transaction, T>(database, outbox, async (transaction, publish) => {
    const product = await lockProduct(transaction, productId)
    if (product === null) throw notFound('product', productId)
    const before = await productFacts(transaction, [productId])
    const result = await work(transaction, product)
    const after = await productFacts(transaction, [productId])
    const facts = after.get(productId)
    if (facts !== undefined && !sameFacts(before.get(productId), facts)) publish(productChanged(facts))
    return result
  })
}

export const productChanged = (facts: ProductFacts): NewEvent => ({
  type: 'product.changed.v1',
  entityId: facts.productId,
  payload: { ...facts, price: facts.price === null ? null : moneyToWire(facts.price) },
})

const sameFacts = (left: ProductFacts | undefined, right: ProductFacts): boolean =>
  left !== undefined &&
  left.title === right.title &&
  left.categoryId === right.categoryId &&
  left.status === right.status &&
  left.price?.amount === right.price?.amount &&
  left.price?.currency === right.price?.currency
