/** Live rooms on a real PostgreSQL: items and their counts, running a room, lists. */
import { describe, expect, test } from 'vitest'
import {
  add,
  anonymous,
  content,
  createRoom,
  itemsOf,
  luo,
  novice,
  offersIn,
  run,
  summary,
  useContent,
} from '../testing/use-content.ts'

useContent()

describe('C3 mixed-source live room', () => {
  test('a room of 23 items counts 10 of Taobao and 13 of the platform shop, from every side', async () => {
    const room = await createRoom()
    for (let n = 1; n <= 10; n++) await add(room, `taobao-${n}`)
    for (let n = 1; n <= 13; n++) await add(room, `shop-${n}`)
    expect(await summary(room)).toEqual({
      liveRoomId: room,
      itemCount: 23,
      itemsBySource: [
        { source: 'PLATFORM_SHOP', count: 13 },
        { source: 'TAOBAO', count: 10 },
      ],
    })
    expect((await itemsOf(room)).map((item) => item.position)).toEqual(
      Array.from({ length: 23 }, (_, index) => index + 1),
    )
  })

  test('adds at the same time take places of their own', async () => {
    const room = await createRoom()
    const added = await Promise.all(
      Array.from({ length: 20 }, (_, n) => add(room, `shop-${n}`, { position: 1 + (n % 3) })),
    )
    expect(added.map((each) => each.__typename)).toEqual(Array(20).fill('LiveRoomItemAdded'))
    const items = await itemsOf(room)
    expect(items.map((item) => item.position)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(new Set(items.map((item) => item.offer?.id)).size).toBe(20)
  })

  test('the same offer at the same time gets in once', async () => {
    const room = await createRoom()
    const added = await Promise.all(Array.from({ length: 8 }, () => add(room, 'shop-1')))
    expect(added.filter((each) => each.__typename === 'LiveRoomItemAdded')).toHaveLength(1)
    expect(added.filter((each) => each.code === 'ITEM_ALREADY_THERE')).toHaveLength(7)
    expect(new Set(added.map((each) => each.item?.id)).size).toBe(1)
  })

  test('an empty room counts nothing, and a room that is not there has no summary', async () => {
    expect(await summary(await createRoom())).toMatchObject({ itemCount: 0, itemsBySource: [] })
    expect(await summary('nowhere')).toBeNull()
  })
})

describe('items of a live room', () => {
  test('an item goes where it is put, and the items behind it move down', async () => {
    const room = await createRoom()
    await add(room, 'shop-1')
    await add(room, 'shop-2')
    await add(room, 'shop-3', { position: 1 })
    await add(room, 'shop-4', { position: 99 })
    expect(await offersIn(room)).toEqual(['shop-3', 'shop-1', 'shop-2', 'shop-4'])
    await expect(add(room, 'shop-5', { position: 0 })).rejects.toThrow(/^BAD_INPUT: "position"/)
  })

  test('removing an item closes the gap; removing it again finds none', async () => {
    const room = await createRoom()
    const first = await add(room, 'shop-1')
    await add(room, 'shop-2')
    const remove = () =>
      run(luo, {
        name: 'liveRoomItemRemove',
        input: { liveRoomId: room, itemId: first.item?.id },
        selection: '... on LiveRoomItemRemoved { itemId liveRoom { commerceSummary { itemCount } } }',
      })
    expect(await remove()).toEqual({
      __typename: 'LiveRoomItemRemoved',
      itemId: first.item?.id,
      liveRoom: { commerceSummary: { itemCount: 1 } },
    })
    expect((await itemsOf(room)).map(({ position, offer }) => [position, offer?.id])).toEqual([[1, 'shop-2']])
    await expect(remove()).rejects.toThrow(/^NOT_FOUND/)
  })

  test('a new order has to name every item once, else the items now are told', async () => {
    const room = await createRoom()
    const ids = []
    for (const offer of ['shop-1', 'shop-2', 'shop-3']) ids.push((await add(room, offer)).item?.id)
    const reorder = (itemIds: unknown[]) =>
      run(luo, {
        name: 'liveRoomItemsReorder',
        input: { liveRoomId: room, itemIds },
        selection:
          '... on LiveRoomItemsReordered { liveRoom { items { nodes { id } } } } ... on LiveRoomItemsChanged { itemIds }',
      })
    const turned = ids.toReversed()
    expect(await reorder(turned)).toMatchObject({
      liveRoom: { items: { nodes: turned.map((id) => ({ id })) } },
    })
    for (const wrong of [turned.slice(1), [...turned, turned[0]], [turned[0], turned[0], turned[1]]]) {
      expect(await reorder(wrong)).toMatchObject({ code: 'ITEMS_CHANGED', itemIds: turned })
    }
  })

  test('pages of items of many rooms are one statement and never overlap', async () => {
    const rooms = [await createRoom(), await createRoom()]
    for (const room of rooms) for (let n = 1; n <= 5; n++) await add(room, `shop-${n}`)
    const query = `query Q($r: [_Any!]!, $after: String) { _entities(representations: $r) { ... on LiveRoom {
      items(first: 2, after: $after) { nodes { position offer { id } liveRoom { id } } pageInfo { hasNextPage endCursor } } } } }`
    const representations = rooms.map((id) => ({ __typename: 'LiveRoom', id }))
    type Entities = {
      _entities: {
        items: { nodes: { position: number }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
      }[]
    }
    content.statements.length = 0
    const first = (await content.ask(anonymous, query, { r: representations })).data as Entities
    expect(content.statements).toHaveLength(2)
    const { hasNextPage, endCursor } = first._entities[0]?.items.pageInfo ?? {}
    expect(hasNextPage).toBe(true)
    const second = (await content.ask(anonymous, query, { r: representations, after: endCursor }))
      .data as Entities
    expect(second._entities.map(({ items }) => items.nodes.map((item) => item.position))).toEqual([
      [3, 4],
      [3, 4],
    ])
  })

  test('what may not be added is refused, and nothing is added', async () => {
    const room = await createRoom()
    expect(await add(room, 'unlisted-1')).toMatchObject({
      code: 'OFFER_NOT_SHOWABLE',
      reason: 'NOT_SELLABLE',
    })
    await expect(add(room, 'none-1')).rejects.toThrow('NOT_FOUND: There is no offer with the id "none-1".')
    expect(await itemsOf(room)).toEqual([])
  })

  test('C29 a creator without the permission to sell live adds nothing', async () => {
    const room = await createRoom(novice)
    expect(await add(room, 'shop-1', { viewer: novice })).toMatchObject({
      code: 'PERMISSION_REQUIRED',
      permission: 'LIVE_SELLING',
    })
    expect(await itemsOf(room)).toEqual([])
  })
})
