/** The items of a live room as a list: add, remove, reorder. Positions are always 1, 2, 3 … without gaps. */
import { done, type Outcome, refuse } from '@souk/kit'
import { contentLimits } from '../config.ts'
import type { ItemAlreadyThere, ItemsChanged, RoomFull } from '../errors.ts'
import type { LiveRoomItem } from './live-room.ts'

type Items = readonly LiveRoomItem[]

/** `position` is where it shall stand, counted from 1; null or beyond the end is last. */
export function addItem(
  items: Items,
  item: Omit<LiveRoomItem, 'position'>,
  position: number | null,
): Outcome<Items, ItemAlreadyThere | RoomFull> {
  const there = items.find((each) => each.offerId === item.offerId)
  if (there) return alreadyThere(there)
  if (items.length >= contentLimits.liveRoomItemsMax) return full
  const index = position === null ? items.length : position - 1
  return done(numbered([...items.slice(0, index), { ...item, position: 0 }, ...items.slice(index)]))
}

/** Without the item; the list as it is if the item isn't in it. */
export const removeItem = (items: Items, itemId: string): Items =>
  numbered(items.filter((item) => item.id !== itemId))

export function reorderItems(items: Items, itemIds: readonly string[]): Outcome<Items, ItemsChanged> {
  const byId = new Map(items.map((item) => [item.id, item]))
  const ordered = [...new Set(itemIds)].flatMap((id) => byId.get(id) ?? [])
  if (ordered.length !== items.length || itemIds.length !== items.length) return changed(items)
  return done(numbered(ordered))
}

const numbered = (items: Items): Items => items.map((item, index) => ({ ...item, position: index + 1 }))

const alreadyThere = (item: LiveRoomItem) =>
  refuse<ItemAlreadyThere>({
    __typename: 'LiveRoomItemAlreadyThere',
    code: 'ITEM_ALREADY_THERE',
    message: `The offer is in the live room already, at position ${item.position}.`,
    item,
  })

const full = refuse<RoomFull>({
  __typename: 'LiveRoomFull',
  code: 'LIVE_ROOM_FULL',
  message: `A live room has at most ${contentLimits.liveRoomItemsMax} items.`,
  itemsMax: contentLimits.liveRoomItemsMax,
})

const changed = (items: Items) =>
  refuse<ItemsChanged>({
    __typename: 'LiveRoomItemsChanged',
    code: 'ITEMS_CHANGED',
    message: 'The new order has to name every item of the live room once.',
    itemIds: items.map((item) => item.id),
  })
