/** Quotes cart items: frozen prices for some minutes, once per idempotency key. */
import { type Ids, notFound, offersSnapshot } from '@souk/contracts'
import { type CallSubgraph, type Clock, done, type Outcome } from '@souk/kit'
import { cartLimits, checkoutLifeMs } from '../config.ts'
import { badInput, keyReused } from '../errors.ts'
import { type KeyedInput, keyedInput } from '../idempotency-key.ts'
import type { Checkout, CheckoutStore, KeptCheckout } from './checkout-store.ts'
import { makeQuote, offersById, type QuoteRefusal } from './quote.ts'

export type CheckoutWorld = {
  readonly store: CheckoutStore
  readonly call: CallSubgraph
  readonly clock: Clock
  readonly ids: Ids
}

export type CheckoutCreate = { readonly cartItemIds: readonly string[]; readonly idempotencyKey: string }

export async function createCheckout(
  world: CheckoutWorld,
  buyerId: string,
  input: CheckoutCreate,
): Promise<Outcome<Checkout, QuoteRefusal>> {
  const itemIds = [...new Set(input.cartItemIds)]
  if (itemIds.length > cartLimits.itemsMax)
    throw badInput(`"cartItemIds" has at most ${cartLimits.itemsMax} ids.`)
  const keyed = keyedInput(input.idempotencyKey, { cartItemIds: itemIds })
  const { items, made } = await world.store.readCart(buyerId, itemIds, keyed.key)
  if (made) return done(ofSameInput(made, keyed))
  const missing = itemIds.find((id) => !items.some((item) => item.id === id))
  if (missing !== undefined) throw notFound('cart item', missing)
  const offerIds = [...new Set(items.map((item) => item.offerId))]
  const offers = offerIds.length === 0 ? [] : await world.call(offersSnapshot, { offerIds })
  const quote = makeQuote(items, offersById(offers), () => world.ids.next())
  if (!quote.ok) return quote
  const createdAt = world.clock.now()
  const expiresAt = new Date(createdAt.getTime() + checkoutLifeMs)
  const checkout = { id: world.ids.next(), buyerId, ...quote.value, createdAt, expiresAt, isCompleted: false }
  return done(ofSameInput(await world.store.insert(checkout, keyed), keyed))
}

function ofSameInput(made: KeptCheckout, keyed: KeyedInput): Checkout {
  if (made.inputHash !== keyed.hash) throw keyReused(keyed.key, 'checkoutCreate')
  return made.checkout
}
