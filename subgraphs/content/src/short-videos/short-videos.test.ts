/** Short videos and likes on a real PostgreSQL. */
import type { Viewer } from '@souk/contracts'
import { describe, expect, test } from 'vitest'
import {
  type Fields,
  type Item,
  anonymous,
  content,
  luo,
  novice,
  run,
  shopper,
  useContent,
  user,
} from '../testing/use-content.ts'

useContent()

describe('short videos', () => {
  const publish = (input: Fields, viewer: Viewer = luo) =>
    run<{ __typename: string; code?: string; shortVideo?: { id: string; items: Item[] } }>(viewer, {
      name: 'shortVideoPublish',
      input: { title: 'Unboxing', durationSeconds: 30, ...input },
      selection: `... on ShortVideoPublished { shortVideo { id creator { id } likeCount items { id position source available offer { id } } } }
       ... on ContentPermissionRequired { permission } ... on ContentOfferNotShowable { offerId reason }`,
    })
  const like = (name: 'shortVideoLike' | 'shortVideoUnlike', shortVideoId: string, viewer: Viewer) =>
    run<{ shortVideo: Fields }>(viewer, {
      name,
      input: { shortVideoId },
      selection: `... on ${name === 'shortVideoLike' ? 'ShortVideoLiked' : 'ShortVideoUnliked'} { shortVideo { likeCount viewerHasLiked } }`,
    })

  test('a video shows its offers in order, with the sources they had', async () => {
    const { shortVideo } = await publish({ offerIds: ['taobao-1', 'shop-1'] })
    expect(shortVideo).toMatchObject({
      creator: { id: 'creator-luo' },
      likeCount: 0,
      items: [
        { position: 1, source: 'TAOBAO', available: true, offer: { id: 'taobao-1' } },
        { position: 2, source: 'PLATFORM_SHOP', available: true, offer: { id: 'shop-1' } },
      ],
    })
    const representations = shortVideo?.items.map(({ id }) => ({ __typename: 'ShortVideoItem', id }))
    const { data } = await content.ask(
      anonymous,
      'query Q($r: [_Any!]!) { _entities(representations: $r) { ... on ShortVideoItem { offer { id } } } }',
      { r: representations },
    )
    expect(data).toEqual({ _entities: [{ offer: { id: 'taobao-1' } }, { offer: { id: 'shop-1' } }] })
  })

  test('offers need the showcase permission; a video without offers needs none', async () => {
    expect(await publish({ offerIds: ['shop-1'] }, novice)).toMatchObject({
      code: 'PERMISSION_REQUIRED',
      permission: 'SHOWCASE',
    })
    expect(await publish({}, novice)).toMatchObject({ __typename: 'ShortVideoPublished' })
    expect(await publish({ offerIds: ['shop-1', 'unlisted-2'] })).toMatchObject({
      code: 'OFFER_NOT_SHOWABLE',
      offerId: 'unlisted-2',
    })
  })

  test('what is wrong with a video is named', async () => {
    await expect(publish({ durationSeconds: 0 })).rejects.toThrow(/^BAD_INPUT: "durationSeconds"/)
    await expect(publish({ offerIds: ['shop-1', 'shop-1'] })).rejects.toThrow(/^BAD_INPUT: "offerIds"/)
    await expect(publish({ offerIds: Array.from({ length: 51 }, (_, n) => `shop-${n}`) })).rejects.toThrow(
      /^BAD_INPUT: "offerIds"/,
    )
    await expect(publish({ creatorId: 'creator-luo' }, novice)).rejects.toThrow(/^NOT_FOUND/)
    await expect(publish({}, shopper)).rejects.toThrow(/^BAD_INPUT: "creatorId"/)
  })

  test('liking and unliking again change nothing, also at the same time', async () => {
    const { shortVideo } = await publish({})
    const id = shortVideo?.id ?? ''
    const other = user('other')
    await Promise.all(
      Array.from({ length: 6 }, (_, n) => like('shortVideoLike', id, n % 2 === 0 ? shopper : other)),
    )
    expect(await like('shortVideoLike', id, shopper)).toMatchObject({
      shortVideo: { likeCount: 2, viewerHasLiked: true },
    })
    await Promise.all(Array.from({ length: 4 }, () => like('shortVideoUnlike', id, other)))
    expect(await like('shortVideoUnlike', id, other)).toMatchObject({
      shortVideo: { likeCount: 1, viewerHasLiked: false },
    })
    const { data } = await content.ask(
      anonymous,
      'query Q($id: ID!) { shortVideo(id: $id) { likeCount viewerHasLiked } }',
      { id },
    )
    expect(data).toEqual({ shortVideo: { likeCount: 1, viewerHasLiked: null } })
    await expect(like('shortVideoLike', 'nothing', shopper)).rejects.toThrow(/^NOT_FOUND/)
    await expect(like('shortVideoLike', id, anonymous)).rejects.toThrow(/^UNAUTHENTICATED/)
  })
})
