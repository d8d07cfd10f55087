/** Where an offer was found: what a client claims, what content says, and what follows from it (C16). */
import type { ContentSnapshot, OrderAttribution } from '@souk/contracts'
import { done, type Outcome, refuse } from '@souk/kit'

export type Attribution = OrderAttribution
export type OriginEntry = Attribution['entry']
export type DiscoveryMode = Attribution['discoveryMode']

export type ClaimedOrigin = {
  readonly entry: OriginEntry
  readonly contentId?: string | null
  readonly creatorId?: string | null
}

export type OriginProblem =
  | 'CONTENT_NOT_FOUND'
  | 'OFFER_NOT_SHOWN'
  | 'ENTRY_MISMATCH'
  | 'CREATOR_MISMATCH'
  | 'CREATOR_NOT_FOUND'

export type OriginNotConfirmed = {
  readonly __typename: 'OriginNotConfirmed'
  readonly code: 'ORIGIN_NOT_CONFIRMED'
  readonly message: string
  readonly reason: OriginProblem
}

const discoveryModes: Readonly<Record<OriginEntry, DiscoveryMode>> = {
  CONTENT_FEED: 'GOODS_FIND_PEOPLE',
  SHORT_VIDEO: 'GOODS_FIND_PEOPLE',
  LIVE_ROOM: 'GOODS_FIND_PEOPLE',
  SHOWCASE: 'GOODS_FIND_PEOPLE',
  SEARCH: 'PEOPLE_FIND_GOODS',
  MALL: 'PEOPLE_FIND_GOODS',
}

export const discoveryModeOf = (entry: OriginEntry): DiscoveryMode => discoveryModes[entry]

export type OriginFacts = {
  readonly offerId: string
  /** What content answered for the claimed id; null if it has none by it. */
  readonly content: ContentSnapshot | null
  /** Whether the showcase of the claimed creator shows the offer's product; null if there is no such showcase. */
  readonly showcaseShows: boolean | null
}

/** The origin as it will be recorded. Commission follows from it, so a client's word alone is never enough. */
export function confirmOrigin(
  claim: ClaimedOrigin,
  facts: OriginFacts,
): Outcome<Attribution, OriginNotConfirmed> {
  const { entry } = claim
  const plain = {
    entry,
    discoveryMode: discoveryModeOf(entry),
    contentKind: null,
    contentId: null,
    creatorId: null,
  }
  if (entry === 'SHOWCASE') return confirmShowcase(claim, facts, plain)
  if (claim.contentId == null) {
    const isContentNeeded = entry === 'SHORT_VIDEO' || entry === 'LIVE_ROOM'
    if (isContentNeeded) return no('ENTRY_MISMATCH', `An origin of ${entry} names its content.`)
    if (claim.creatorId != null)
      return no('CREATOR_MISMATCH', 'Without content or a showcase there is no creator.')
    return done(plain)
  }
  if (entry === 'SEARCH' || entry === 'MALL')
    return no('ENTRY_MISMATCH', `An origin of ${entry} has no content.`)
  const { content } = facts
  if (content === null)
    return no('CONTENT_NOT_FOUND', `There is no content with the id "${claim.contentId}".`)
  if (entry !== 'CONTENT_FEED' && entry !== content.contentKind) {
    return no('ENTRY_MISMATCH', `The content is a ${content.contentKind}, not a ${entry}.`)
  }
  if (!content.offerIds.includes(facts.offerId))
    return no('OFFER_NOT_SHOWN', 'The content does not show this offer now.')
  if (claim.creatorId != null && claim.creatorId !== content.creatorId) {
    return no('CREATOR_MISMATCH', "The content is another creator's.")
  }
  return done({
    ...plain,
    contentKind: content.contentKind,
    contentId: content.contentId,
    creatorId: content.creatorId,
  })
}

function confirmShowcase(
  claim: ClaimedOrigin,
  facts: OriginFacts,
  plain: Attribution,
): Outcome<Attribution, OriginNotConfirmed> {
  if (claim.contentId != null)
    return no('ENTRY_MISMATCH', 'An origin of SHOWCASE has a creator and no content.')
  if (claim.creatorId == null) return no('CREATOR_NOT_FOUND', 'An origin of SHOWCASE names its creator.')
  if (facts.showcaseShows === null)
    return no('CREATOR_NOT_FOUND', `There is no showcase of a creator "${claim.creatorId}".`)
  if (!facts.showcaseShows) return no('OFFER_NOT_SHOWN', 'The showcase does not show this product now.')
  return done({ ...plain, creatorId: claim.creatorId })
}

const no = (
  reason: OriginProblem,
  message: string,
): { readonly ok: false; readonly refusal: OriginNotConfirmed } =>
  refuse({ __typename: 'OriginNotConfirmed', code: 'ORIGIN_NOT_CONFIRMED', message, reason })
