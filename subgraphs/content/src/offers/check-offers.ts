/** Looks offers up in products and decides which may be added to a piece of content. */
import { notFound, offersSnapshot } from '@souk/contracts'
import { type CallSubgraph, done, type Outcome, refuse } from '@souk/kit'
import type { OfferNotShowable } from '../errors.ts'
import type { OfferPolicy, ShownOffer, Surface } from './may-show-offer.ts'

export type OfferQuestion = {
  readonly offerIds: readonly string[]
  readonly surface: Surface
  readonly at: Date
  readonly mayShowOffer: OfferPolicy
}

/** The offers with the source each has now, in the order asked. An id that is no offer is an error, the first bad offer a refusal. */
export async function checkOffers(
  call: CallSubgraph,
  { offerIds, surface, at, mayShowOffer }: OfferQuestion,
): Promise<Outcome<readonly ShownOffer[], OfferNotShowable>> {
  if (offerIds.length === 0) return done([])
  const snapshots = await call(offersSnapshot, { offerIds })
  const shown: ShownOffer[] = []
  for (const [index, offerId] of offerIds.entries()) {
    const snapshot = snapshots[index]
    if (snapshot == null) throw notFound('offer', offerId)
    if (!snapshot.sellable) return notShowable(offerId, 'NOT_SELLABLE', 'The offer is not for sale now.')
    const offer = { offerId, source: snapshot.source }
    const decision = mayShowOffer(offer, surface, at)
    if (!decision.allowed)
      return notShowable(offerId, decision.reason, `Offers from ${offer.source} may not be shown here now.`)
    shown.push(offer)
  }
  return done(shown)
}

const notShowable = (offerId: string, reason: OfferNotShowable['reason'], message: string) =>
  refuse<OfferNotShowable>({
    __typename: 'ContentOfferNotShowable',
    code: 'OFFER_NOT_SHOWABLE',
    message,
    offerId,
    reason,
  })
