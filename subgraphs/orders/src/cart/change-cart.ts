/** Puts offers into carts, after checking where the buyer says they were found. */
import { contentSnapshot, notFound, type OfferSnapshot, offersSnapshot, showcaseShows } from '@souk/contracts'
import { type CallSubgraph, type Clock, done, type Outcome, refuse, type Refusal } from '@souk/kit'
import type { Ids } from '@souk/contracts'
import { cartLimits } from '../config.ts'
import { badInput } from '../errors.ts'
import type { CartItem, CartStore } from './cart-store.ts'
import { type ClaimedOrigin, confirmOrigin, type OriginNotConfirmed } from './origin.ts'

export type CartWorld = {
  readonly store: CartStore
  readonly call: CallSubgraph
  readonly clock: Clock
  readonly ids: Ids
}

export type CartItemAdd = {
  readonly offerId: string
  readonly quantity: number
  readonly origin: ClaimedOrigin
}

export type CartRefusal = OriginNotConfirmed | OfferUnavailable | Refusal<'CartFull'>

export type OfferUnavailable = {
  readonly __typename: 'OrderOfferUnavailable'
  readonly code: 'OFFER_UNAVAILABLE'
  readonly message: string
  readonly offers: readonly { readonly id: string }[]
}

/** An offer of another platform may go into the cart, to be remembered; the checkout sends its buyer there. */
export async function addToCart(
  world: CartWorld,
  buyerId: string,
  input: CartItemAdd,
): Promise<Outcome<CartItem, CartRefusal>> {
  checkQuantity(input.quantity)
  const { contentId } = input.origin
  const [[content], [offer]] = await Promise.all([
    contentId == null ? [null] : world.call(contentSnapshot, { contentIds: [contentId] }),
    world.call(offersSnapshot, { offerIds: [input.offerId] }),
  ])
  if (offer == null) throw notFound('offer', input.offerId)
  const origin = confirmOrigin(input.origin, {
    offerId: offer.offerId,
    content: content ?? null,
    showcaseShows: await askShowcase(world, input.origin, offer),
  })
  if (!origin.ok) return origin
  const { offerId, quantity } = input
  const item = {
    id: world.ids.next(),
    buyerId,
    offerId,
    quantity,
    origin: origin.value,
    addedAt: world.clock.now(),
  }
  const added = await world.store.add(item)
  if (added === null) return refuse(cartFull)
  return done(added)
}

export async function setCartQuantity(
  world: CartWorld,
  buyerId: string,
  input: { readonly cartItemId: string; readonly quantity: number },
): Promise<CartItem> {
  checkQuantity(input.quantity)
  const { cartItemId: id, quantity } = input
  const item = await world.store.setQuantity({ buyerId, id, quantity, now: world.clock.now() })
  if (item === null) throw notFound('cart item', id)
  return item
}

export const offerUnavailable = (offerIds: readonly string[]): OfferUnavailable => ({
  __typename: 'OrderOfferUnavailable',
  code: 'OFFER_UNAVAILABLE',
  message:
    offerIds.length === 1
      ? 'This offer can not be bought now.'
      : `${offerIds.length} offers can not be bought now.`,
  offers: offerIds.map((id) => ({ id })),
})

const cartFull = {
  __typename: 'CartFull',
  code: 'CART_FULL',
  message: `A cart has at most ${cartLimits.itemsMax} lines.`,
  itemsMax: cartLimits.itemsMax,
} as const

function checkQuantity(quantity: number): void {
  if (quantity < 1 || quantity > cartLimits.quantityMax) {
    throw badInput(`"quantity" is between 1 and ${cartLimits.quantityMax}; ${quantity} is not.`)
  }
}

/** Only an origin of SHOWCASE asks, and only once the offer has said which product it sells. */
async function askShowcase(
  { call }: CartWorld,
  { entry, creatorId }: ClaimedOrigin,
  { productId }: OfferSnapshot,
): Promise<boolean | null> {
  return entry === 'SHOWCASE' && creatorId != null
    ? await call(showcaseShows, { creatorId, productId })
    : null
}
