/** Who runs a live room, how it starts and ends, and lists of rooms, on a real PostgreSQL. */
import type { Viewer } from '@souk/contracts'
import { describe, expect, test } from 'vitest'
import {
  add,
  anonymous,
  content,
  createRoom,
  luo,
  novice,
  operator,
  run,
  shopper,
  staff,
  useContent,
} from '../testing/use-content.ts'

useContent()

describe('running a live room', () => {
  const move = (name: 'liveRoomStart' | 'liveRoomEnd', liveRoomId: string, viewer: Viewer = luo) =>
    run(viewer, {
      name,
      input: { liveRoomId },
      selection: `... on ${name === 'liveRoomStart' ? 'LiveRoomStarted' : 'LiveRoomFinished'} { liveRoom { status startedAt endedAt } }
       ... on LiveRoomTransitionNotAllowed { from to }`,
    })

  test('a room starts once and ends once, and then never changes', async () => {
    const room = await createRoom()
    const { item } = await add(room, 'shop-1')
    const at = content.clock.now().toISOString()
    expect(await move('liveRoomStart', room)).toMatchObject({ liveRoom: { status: 'LIVE', startedAt: at } })
    expect(await move('liveRoomStart', room)).toMatchObject({
      code: 'LIVE_ROOM_TRANSITION_NOT_ALLOWED',
      from: 'LIVE',
      to: 'LIVE',
    })
    expect(await move('liveRoomEnd', room)).toMatchObject({
      liveRoom: { status: 'ENDED', startedAt: at, endedAt: at },
    })
    expect(await move('liveRoomEnd', room)).toMatchObject({
      code: 'LIVE_ROOM_TRANSITION_NOT_ALLOWED',
      from: 'ENDED',
      to: 'ENDED',
    })
    expect(await add(room, 'shop-2')).toMatchObject({ code: 'LIVE_ROOM_ENDED' })
    expect(
      await run(luo, {
        name: 'liveRoomItemRemove',
        input: { liveRoomId: room, itemId: item?.id },
        selection: '',
      }),
    ).toMatchObject({
      code: 'LIVE_ROOM_ENDED',
    })
    expect(
      await run(luo, {
        name: 'liveRoomItemsReorder',
        input: { liveRoomId: room, itemIds: [item?.id] },
        selection: '',
      }),
    ).toMatchObject({ code: 'LIVE_ROOM_ENDED' })
  })

  test('two starts at the same time start it once', async () => {
    const room = await createRoom()
    const moves = await Promise.all([move('liveRoomStart', room), move('liveRoomStart', room)])
    expect(moves.map((each) => each.__typename).sort()).toEqual([
      'LiveRoomStarted',
      'LiveRoomTransitionNotAllowed',
    ])
  })

  test('to who does not run a room it is not found', async () => {
    const room = await createRoom()
    for (const viewer of [novice, staff, shopper]) {
      await expect(move('liveRoomStart', room, viewer)).rejects.toThrow(/^NOT_FOUND/)
      await expect(add(room, 'shop-1', { viewer })).rejects.toThrow(/^NOT_FOUND/)
    }
    expect(await move('liveRoomStart', room, operator)).toMatchObject({ liveRoom: { status: 'LIVE' } })
  })

  test('a creator who lost the scope runs nothing', async () => {
    const room = await createRoom()
    await expect(move('liveRoomStart', room, { ...luo, scopes: ['creator:read'] } as Viewer)).rejects.toThrow(
      /^NOT_FOUND/,
    )
  })

  test('C22 staff run the broadcast of their own shop, without a creator and without a permission', async () => {
    const room = await createRoom(staff, { kind: 'SELF_BROADCAST', shopId: 'shop-1' })
    expect(await add(room, 'shop-1', { viewer: staff })).toMatchObject({ __typename: 'LiveRoomItemAdded' })
    await expect(createRoom(staff, { kind: 'SELF_BROADCAST', shopId: 'shop-2' })).rejects.toThrow(
      /^NOT_FOUND: There is no shop/,
    )
    await expect(createRoom(staff, { kind: 'SELF_BROADCAST' })).rejects.toThrow(/^BAD_INPUT: "shopId"/)
    await expect(createRoom(luo, { shopId: 'shop-1' })).rejects.toThrow(/^BAD_INPUT: "shopId"/)
    await expect(createRoom(staff)).rejects.toThrow(/^BAD_INPUT: "creatorId"/)
  })

  test('nobody announces a room for another creator, and an operator only for one that there is', async () => {
    await expect(createRoom(novice, { creatorId: 'creator-luo' })).rejects.toThrow(
      /^NOT_FOUND: There is no creator/,
    )
    await expect(createRoom(operator, { creatorId: 'creator-nobody' })).rejects.toThrow(
      /^NOT_FOUND: There is no creator/,
    )
    expect(await createRoom(operator, { creatorId: 'creator-luo' })).toBeTypeOf('string')
  })

  test('a start that no database could keep is a bad input', async () => {
    for (const startsAt of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-12:00']) {
      await expect(createRoom(luo, { startsAt })).rejects.toThrow(/^BAD_INPUT: "startsAt"/)
    }
  })

  test('a title is trimmed and has to be there', async () => {
    await expect(createRoom(luo, { title: ' \n ' })).rejects.toThrow(/^BAD_INPUT: "title"/)
    await expect(createRoom(luo, { title: 'x'.repeat(201) })).rejects.toThrow(/^BAD_INPUT: "title"/)
  })
})

describe('lists of live rooms', () => {
  test('rooms come by latest start, filtered, and pages never overlap', async () => {
    const ids = []
    for (const hour of [10, 12, 12, 11])
      ids.push(
        await createRoom(operator, { creatorId: 'creator-novice', startsAt: `2030-01-01T${hour}:00:00Z` }),
      )
    const query = `query Q($after: String) { liveRooms(filter: { creatorId: "creator-novice", status: SCHEDULED }, first: 2, after: $after) {
      nodes { id startsAt } pageInfo { hasNextPage hasPreviousPage endCursor } } }`
    type Rooms = {
      liveRooms: {
        nodes: { id: string; startsAt: string }[]
        pageInfo: { hasNextPage: boolean; endCursor: string }
      }
    }
    const first = ((await content.ask(anonymous, query)).data as Rooms).liveRooms
    const second = ((await content.ask(anonymous, query, { after: first.pageInfo.endCursor })).data as Rooms)
      .liveRooms
    const nodes = [...first.nodes, ...second.nodes]
    expect(nodes.map((node) => node.startsAt.slice(11, 13))).toEqual(['12', '12', '11', '10'])
    expect(new Set(nodes.map((node) => node.id))).toEqual(new Set(ids))
  })

  test('a cursor that nobody gave out is a bad input, not an error of ours', async () => {
    const cursor = (parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    const queries = ['liveRooms', 'shortVideos', 'contentFeed'].flatMap((field) =>
      [
        'x',
        cursor([]),
        cursor(['1', 'a']),
        cursor([1, 2]),
        cursor(['+275760-01-01T00:00:00.000Z', 'a']),
        cursor(['0000-01-01T00:00:00.000Z', 'a']),
        cursor([1e300, null, null, null, null, null, 1, 'a']),
      ].map((after) => `{ ${field}(after: "${after}") { pageInfo { endCursor } } }`),
    )
    for (const query of queries)
      expect((await content.ask(anonymous, query)).codes, query).toEqual(['BAD_INPUT'])
    const room = await createRoom()
    for (const parts of [['a'], [-1], [2 ** 40], [1.5]]) {
      const query = `{ liveRoom(id: "${room}") { items(after: "${cursor(parts)}") { nodes { id } } } }`
      expect((await content.ask(anonymous, query)).codes).toEqual(['BAD_INPUT'])
    }
    expect((await content.ask(anonymous, '{ liveRooms(first: 101) { nodes { id } } }')).codes).toEqual([
      'BAD_INPUT',
    ])
  })
})
