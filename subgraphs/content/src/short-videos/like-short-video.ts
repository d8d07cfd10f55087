/** A viewer likes a short video, or likes it no more. Repeating either changes nothing. */
import { ClientError, notFound, type Viewer } from '@souk/contracts'
import type { ContentContext } from '../modules.ts'
import type { ShortVideo } from './short-video.ts'

export async function likeShortVideo(
  { viewer, clock, modules }: ContentContext,
  shortVideoId: string,
): Promise<ShortVideo> {
  const video = await modules.shortVideos.like({ shortVideoId, userId: userIdOf(viewer) }, clock.now())
  if (video === null) throw notFound('short video', shortVideoId)
  return video
}

export async function unlikeShortVideo(
  { viewer, modules }: ContentContext,
  shortVideoId: string,
): Promise<ShortVideo> {
  const video = await modules.shortVideos.unlike({ shortVideoId, userId: userIdOf(viewer) })
  if (video === null) throw notFound('short video', shortVideoId)
  return video
}

function userIdOf(viewer: Viewer): string {
  if (viewer.kind !== 'user')
    throw new ClientError('UNAUTHENTICATED', 'Only somebody who is signed in can like a short video.')
  return viewer.userId
}
