/** Step 3: the offer with the source it has now, if it may be shown in a live room. */
import { done, type Outcome } from '@souk/kit'
import type { OfferNotShowable } from '../errors.ts'
import type { ContentContext } from '../modules.ts'
import { checkOffers } from '../offers/check-offers.ts'
import type { ShownOffer } from '../offers/may-show-offer.ts'

export async function takeOffer(
  { call, clock, modules }: ContentContext,
  offerId: string,
): Promise<Outcome<ShownOffer, OfferNotShowable>> {
  const question = {
    offerIds: [offerId],
    surface: 'LIVE',
    at: clock.now(),
    mayShowOffer: modules.mayShowOffer,
  } as const
  const offers = await checkOffers(call, question)
  if (!offers.ok) return offers
  const [offer] = offers.value
  if (offer === undefined) throw new Error('One offer was asked for and none came.')
  return done(offer)
}
