/** What pieces of content show now, in the order asked, for subgraphs that check what a client claims. */
import { ClientError, type ContentSnapshot } from '@souk/contracts'
import { contentLimits } from '../config.ts'
import type { ContentModules } from '../modules.ts'

/** An ended room still shows its items: people watch it again, and pay for what they put into the cart while it was on. */
export async function snapshotContent(
  { snapshots, mayShowOffer }: ContentModules,
  contentIds: readonly string[],
  at: Date,
): Promise<readonly (ContentSnapshot | null)[]> {
  if (contentIds.length > contentLimits.snapshotIdsMax) {
    throw new ClientError(
      'BAD_INPUT',
      `"contentIds" has at most ${contentLimits.snapshotIdsMax} ids; ${contentIds.length} were sent.`,
    )
  }
  const found = await snapshots.byIds(contentIds)
  return contentIds.map((id) => {
    const row = found.get(id)
    if (row === undefined) return null
    const { offers, ...facts } = row
    const surface = row.contentKind === 'LIVE_ROOM' ? 'LIVE' : 'SHORT_VIDEO'
    const shown = offers.filter((offer) => mayShowOffer(offer, surface, at).allowed)
    return { ...facts, offerIds: shown.map((offer) => offer.offerId) }
  })
}
