/**
 * The one question that adding and showing an offer both ask: may it be seen on this surface at this moment?
 * Link policies answer it once they are there (C4 to C6); until then everything may be shown.
 */

export type OfferSource = 'PLATFORM_SHOP' | 'TAOBAO' | 'TMALL' | 'JD' | 'OTHER'

export type Surface = 'LIVE' | 'SHORT_VIDEO'

export type ShownOffer = { readonly offerId: string; readonly source: OfferSource }

export type ShowDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: 'SOURCE_NOT_ALLOWED' }

export type OfferPolicy = (offer: ShownOffer, surface: Surface, at: Date) => ShowDecision

export const mayShowOffer: OfferPolicy = (_offer, _surface, _at) => ({ allowed: true })
