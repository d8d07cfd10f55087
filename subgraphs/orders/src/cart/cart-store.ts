/** Cart items in the database. */
import type { SqlExecutor } from '@souk/kit'
import { cartLimits } from '../config.ts'
import type { Attribution } from './origin.ts'

export type CartItem = {
  readonly id: string
  readonly buyerId: string
  readonly offerId: string
  readonly quantity: number
  readonly origin: Attribution
  readonly addedAt: Date
}

export type CartStore = ReturnType<typeof openCartStore>

export function openCartStore(database: SqlExecutor) {
  return {
    /** Null if the cart is full. */
    add: async (item: CartItem): Promise<CartItem | null> => {
      const { entry, discoveryMode, contentKind, contentId, creatorId } = item.origin
      const [row] = await database.$queryRawUnsafe<CartRow[]>(
        addSql,
        item.id,
        item.buyerId,
        item.offerId,
        item.quantity,
        entry,
        discoveryMode,
        contentKind,
        contentId,
        creatorId,
        item.addedAt,
        cartLimits.itemsMax,
        cartLimits.quantityMax,
      )
      return row === undefined ? null : toCartItem(row)
    },
    list: async (buyerId: string): Promise<readonly CartItem[]> =>
      (await database.$queryRawUnsafe<CartRow[]>(listSql, buyerId)).map(toCartItem),
    setQuantity: async (change: {
      buyerId: string
      id: string
      quantity: number
      now: Date
    }): Promise<CartItem | null> => {
      const [row] = await database.$queryRawUnsafe<CartRow[]>(
        updateSql,
        change.id,
        change.buyerId,
        change.quantity,
        change.now,
      )
      return row === undefined ? null : toCartItem(row)
    },
    remove: async (buyerId: string, id: string): Promise<void> => {
      await database.$executeRawUnsafe('DELETE FROM cart_item WHERE id = $1 AND buyer_id = $2', id, buyerId)
    },
  }
}

export type CartRow = {
  id: string
  buyer_id: string
  offer_id: string
  quantity: number
  entry: Attribution['entry']
  discovery_mode: Attribution['discoveryMode']
  content_kind: Attribution['contentKind']
  content_id: string | null
  creator_id: string | null
  added_at: Date
}

export const toCartItem = (row: CartRow): CartItem => ({
  id: row.id,
  buyerId: row.buyer_id,
  offerId: row.offer_id,
  quantity: row.quantity,
  origin: {
    entry: row.entry,
    discoveryMode: row.discovery_mode,
    contentKind: row.content_kind,
    contentId: row.content_id,
    creatorId: row.creator_id,
  },
  addedAt: row.added_at,
})

// A full cart still takes more of what is in it. Two adds at once may both find room for the last line: the limit only bounds.
const addSql = `
INSERT INTO cart_item AS item
  (id, buyer_id, offer_id, quantity, entry, discovery_mode, content_kind, content_id, creator_id, added_at, updated_at)
SELECT $1, $2, $3, $4::int, $5, $6, $7, $8, $9, $10::timestamptz, $10::timestamptz
WHERE (SELECT count(*) FROM cart_item WHERE buyer_id = $2) < $11::int
  OR EXISTS (SELECT 1 FROM cart_item WHERE buyer_id = $2 AND offer_id = $3)
ON CONFLICT (buyer_id, offer_id, entry, content_id, creator_id)
DO UPDATE SET quantity = least(item.quantity + EXCLUDED.quantity, $12::int), updated_at = EXCLUDED.updated_at
RETURNING *`

const listSql = 'SELECT * FROM cart_item WHERE buyer_id = $1 ORDER BY added_at, id'

const updateSql =
  'UPDATE cart_item SET quantity = $3::int, updated_at = $4::timestamptz WHERE id = $1 AND buyer_id = $2 RETURNING *'
