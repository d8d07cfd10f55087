/** The state machine of a live room, and the arithmetic of its items. */
import { describe, expect, test } from 'vitest'
import { contentLimits } from '../config.ts'
import { addItem, removeItem, reorderItems } from './arrange-items.ts'
import type { LiveRoom, LiveRoomItem } from './live-room.ts'
import { endLiveRoom, openForChanges, startLiveRoom } from './live-room-transitions.ts'

const at = new Date('2020-04-01T12:00:00Z')
const facts = { id: 'r', kind: 'CREATOR', title: 'T', creatorId: 'c', shopId: null, startsAt: at } as const
const rooms = {
  SCHEDULED: { ...facts, status: 'SCHEDULED' },
  LIVE: { ...facts, status: 'LIVE', startedAt: at },
  ENDED: { ...facts, status: 'ENDED', startedAt: at, endedAt: at },
} as const satisfies Record<string, LiveRoom>

describe('a live room', () => {
  test.each([
    ['SCHEDULED', 'start', 'LIVE'],
    ['SCHEDULED', 'end', 'ENDED'],
    ['LIVE', 'start', null],
    ['LIVE', 'end', 'ENDED'],
    ['ENDED', 'start', null],
    ['ENDED', 'end', null],
  ] as const)('that is %s and is told to %s becomes %s', (from, command, to) => {
    const outcome = command === 'start' ? startLiveRoom(rooms[from], at) : endLiveRoom(rooms[from], at)
    expect(outcome.ok ? outcome.value.status : null).toBe(to)
    if (!outcome.ok) expect(outcome.refusal).toMatchObject({ code: 'LIVE_ROOM_TRANSITION_NOT_ALLOWED', from })
  })

  test('that is called off never started', () => {
    expect(endLiveRoom(rooms.SCHEDULED, at)).toMatchObject({ value: { startedAt: null, endedAt: at } })
  })

  test('that has ended is closed for changes, and only then', () => {
    expect(openForChanges(rooms.SCHEDULED).ok).toBe(true)
    expect(openForChanges(rooms.LIVE).ok).toBe(true)
    expect(openForChanges(rooms.ENDED)).toMatchObject({ refusal: { code: 'LIVE_ROOM_ENDED', endedAt: at } })
  })
})

const item = (n: number) =>
  ({ id: `i${n}`, liveRoomId: 'r', offerId: `o${n}`, source: 'PLATFORM_SHOP', addedAt: at }) as const

/** A small generator of its own, so that a failure repeats. */
function numbers(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647)
}

describe('items of a live room', () => {
  test('positions are 1, 2, 3 … and offers differ after any run of adds, removals and reorderings', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const next = numbers(seed)
      let items: readonly LiveRoomItem[] = []
      for (let step = 0; step < 30; step++) {
        const n = next() % 12
        const [add, turned] = [
          addItem(items, item(n), (next() % 14) + 1),
          reorderItems(items, items.map(({ id }) => id).reverse()),
        ]
        const kind = next() % 4
        if (kind === 0) items = removeItem(items, `i${n}`)
        else if (kind === 1 && turned.ok) items = turned.value
        else if (add.ok) items = add.value
        expect(
          items.map(({ position }) => position),
          `seed ${seed}, step ${step}`,
        ).toEqual(items.map((_, index) => index + 1))
        expect(new Set(items.map(({ offerId }) => offerId)).size).toBe(items.length)
      }
    }
  })

  test('an item stands exactly where it was put', () => {
    let items: readonly LiveRoomItem[] = []
    for (const [n, position, order] of [
      [1, null, 'i1'],
      [2, 1, 'i2 i1'],
      [3, 2, 'i2 i3 i1'],
      [4, 99, 'i2 i3 i1 i4'],
    ] as const) {
      const outcome = addItem(items, item(n), position)
      if (outcome.ok) items = outcome.value
      expect(items.map(({ id }) => id).join(' ')).toBe(order)
    }
  })

  test('a full room takes no more', () => {
    const items = Array.from({ length: contentLimits.liveRoomItemsMax }, (_, n) => ({
      ...item(n),
      position: n + 1,
    }))
    expect(addItem(items, item(items.length), null)).toMatchObject({
      refusal: { code: 'LIVE_ROOM_FULL', itemsMax: items.length },
    })
    expect(addItem(items, item(3), null)).toMatchObject({
      refusal: { code: 'ITEM_ALREADY_THERE', item: { id: 'i3' } },
    })
  })
})
