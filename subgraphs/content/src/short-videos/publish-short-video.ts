/** Publishes a short video by its creator, with the offers it shows. */
import { ClientError, isOperator, notFound, type Viewer } from '@souk/contracts'
import { done, type Outcome } from '@souk/kit'
import { contentLimits } from '../config.ts'
import type { OfferNotShowable, PermissionRequired } from '../errors.ts'
import type { ContentContext } from '../modules.ts'
import { checkOffers } from '../offers/check-offers.ts'
import { assertCreatorExists, checkPermission } from '../permissions/check-permission.ts'
import { readTitle } from '../titles/read-title.ts'
import type { ShortVideo } from './short-video.ts'

export type ShortVideoDraft = {
  readonly title: string
  readonly durationSeconds: number
  readonly offerIds?: readonly string[] | null
  readonly creatorId?: string | null
}

export async function publishShortVideo(
  context: ContentContext,
  draft: ShortVideoDraft,
): Promise<Outcome<ShortVideo, PermissionRequired | OfferNotShowable>> {
  const { call, clock, ids, modules, viewer } = context
  const publishedAt = clock.now()
  const { offerIds, ...facts } = readFacts(draft)
  const video: ShortVideo = {
    id: ids.next(),
    creatorId: readCreator(draft, viewer),
    ...facts,
    publishedAt,
    likeCount: 0,
  }
  if (offerIds.length === 0) await assertCreatorExists(call, video.creatorId)
  const permission =
    offerIds.length > 0 ? await checkPermission(call, video.creatorId, 'SHOWCASE') : done(undefined)
  if (!permission.ok) return permission
  const question = {
    offerIds,
    surface: 'SHORT_VIDEO',
    at: publishedAt,
    mayShowOffer: modules.mayShowOffer,
  } as const
  const offers = await checkOffers(call, question)
  if (!offers.ok) return offers
  const items = offers.value.map((offer, index) => ({
    id: ids.next(),
    shortVideoId: video.id,
    ...offer,
    position: index + 1,
  }))
  await modules.shortVideos.insert(video, items)
  return done(video)
}

function readFacts({ title, durationSeconds, offerIds: asked }: ShortVideoDraft) {
  const offerIds = asked ?? []
  const { durationSecondsMax, shortVideoItemsMax } = contentLimits
  if (durationSeconds < 1 || durationSeconds > durationSecondsMax) {
    throw new ClientError(
      'BAD_INPUT',
      `"durationSeconds" is 1 to ${durationSecondsMax}; ${durationSeconds} is not.`,
    )
  }
  if (offerIds.length > shortVideoItemsMax)
    throw new ClientError('BAD_INPUT', `"offerIds" has at most ${shortVideoItemsMax} ids.`)
  if (new Set(offerIds).size < offerIds.length)
    throw new ClientError('BAD_INPUT', '"offerIds" names an offer twice.')
  return { title: readTitle(title), durationSeconds, offerIds }
}

function readCreator({ creatorId }: ShortVideoDraft, viewer: Viewer): string {
  const own = viewer.kind === 'user' ? viewer.creatorId : undefined
  const chosen = creatorId ?? own
  if (chosen === undefined)
    throw new ClientError('BAD_INPUT', '"creatorId" is needed: the viewer is no creator.')
  const isOwn = chosen === own && viewer.scopes.includes('creator:write')
  if (!isOwn && !isOperator(viewer)) throw notFound('creator', chosen)
  return chosen
}
