/** A policy that forbids a source is asked when an offer is added and when it is shown, on a real PostgreSQL. */
import { contentImport, contentSnapshot } from '@souk/contracts'
import { expect, test } from 'vitest'
import { add, content, createRoom, itemsOf, luo, run, service, useContent } from '../testing/use-content.ts'

// As in C5: until the end of June everything may be shown, then nothing from Taobao.
const julyFirst = new Date('2026-07-01T00:00:00+08:00')

useContent({
  mayShowOffer: ({ source }, _surface, at) =>
    source === 'TAOBAO' && at >= julyFirst
      ? { allowed: false, reason: 'SOURCE_NOT_ALLOWED' }
      : { allowed: true },
})

test('what was added before the policy stays and counts, but is no longer shown', async () => {
  content.clock.set(new Date(julyFirst.getTime() - 1))
  const room = await createRoom()
  for (const offer of ['taobao-1', 'shop-1'])
    expect((await add(room, offer)).__typename).toBe('LiveRoomItemAdded')
  expect((await itemsOf(room)).map((item) => [item.available, item.offer?.id])).toEqual([
    [true, 'taobao-1'],
    [true, 'shop-1'],
  ])
  content.clock.set(julyFirst)
  expect((await itemsOf(room)).map((item) => [item.available, item.offer?.id])).toEqual([
    [false, undefined],
    [true, 'shop-1'],
  ])
  const { data } = await content.ask(service, contentSnapshot.document, { contentIds: [room] })
  expect(data).toMatchObject({ _internalContent: [{ offerIds: ['shop-1'] }] })
})

test('what the policy forbids is refused, in rooms and in videos', async () => {
  content.clock.set(julyFirst)
  const refusal = { code: 'OFFER_NOT_SHOWABLE', reason: 'SOURCE_NOT_ALLOWED' }
  expect(await add(await createRoom(), 'taobao-1')).toMatchObject(refusal)
  const input = { title: 'V', durationSeconds: 9, offerIds: ['shop-1', 'taobao-1'] }
  const selection = '... on ContentOfferNotShowable { reason offerId }'
  expect(await run(luo, { name: 'shortVideoPublish', input, selection })).toMatchObject({
    ...refusal,
    offerId: 'taobao-1',
  })
})

test('a room that is full refuses the next item', async () => {
  const items = Array.from({ length: 500 }, (_, n) => ({
    id: `full-${n}`,
    offerId: `o${n}`,
    source: 'PLATFORM_SHOP',
  }))
  const room = {
    id: 'full',
    kind: 'CREATOR',
    creatorId: 'creator-luo',
    shopId: null,
    title: 'F',
    status: 'LIVE',
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: null,
    items,
  }
  await content.ask(service, contentImport.document, { content: { shortVideos: [], liveRooms: [room] } })
  expect(await add('full', 'shop-1')).toMatchObject({ code: 'LIVE_ROOM_FULL' })
})
