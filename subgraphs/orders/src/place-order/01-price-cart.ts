/** Step 1: are the offers still sold, at the prices that the buyer has seen? */
import { moneyFromWire, moneyToWire, offersSnapshot } from '@souk/contracts'
import { done, type Outcome, refuse } from '@souk/kit'
import { findUnsellable, offersById } from '../checkout/quote.ts'
import type { Placing, PlacingRefusal } from './placing.ts'
import type { PlacingWorld } from './placing-world.ts'

export async function priceCart(
  { lines }: Placing,
  { call, atBoundary }: PlacingWorld,
): Promise<Outcome<null, PlacingRefusal>> {
  const offerIds = [...new Set(lines.map((line) => line.offerId))]
  await atBoundary('before price')
  const offers = offersById(await call(offersSnapshot, { offerIds }))
  await atBoundary('after price')
  const unsellable = findUnsellable(offerIds, offers)
  if (unsellable) return refuse(unsellable)
  const changes = lines.flatMap((line) => {
    const offer = offers.get(line.offerId)
    if (offer === undefined) return []
    const current = moneyFromWire(offer.price)
    const isSame = current.amount === line.unitPrice.amount && current.currency === line.unitPrice.currency
    return isSame
      ? []
      : [{ offer: { id: line.offerId }, quoted: moneyToWire(line.unitPrice), current: moneyToWire(current) }]
  })
  if (changes.length === 0) return done(null)
  return refuse({
    __typename: 'PriceChanged',
    code: 'PRICE_CHANGED',
    message: 'A price is no longer what was quoted.',
    changes,
  })
}
