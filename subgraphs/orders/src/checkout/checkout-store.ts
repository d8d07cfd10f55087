/** Quotes in the database. */
import { money, type Money } from '@souk/contracts'
import type { SqlExecutor } from '@souk/kit'
import { type CartItem, type CartRow, toCartItem } from '../cart/cart-store.ts'
import type { Attribution } from '../cart/origin.ts'
import type { KeyedInput } from '../idempotency-key.ts'
import { fromStoredLine, type QuoteLine, type StoredLine, toStoredLine } from './quote.ts'

export type Checkout = {
  readonly id: string
  readonly buyerId: string
  readonly shopId: string
  readonly lines: readonly QuoteLine[]
  readonly total: Money
  readonly attribution: Attribution
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly isCompleted: boolean
}

export type CheckoutState = 'OPEN' | 'COMPLETED' | 'EXPIRED'

export function checkoutStateOf(checkout: Checkout, now: Date): CheckoutState {
  if (checkout.isCompleted) return 'COMPLETED'
  return checkout.expiresAt <= now ? 'EXPIRED' : 'OPEN'
}

export type CheckoutStore = ReturnType<typeof openCheckoutStore>

export function openCheckoutStore(database: SqlExecutor) {
  return {
    /** The named items of the cart, and the quote that the key has made already, in one statement. */
    readCart: async (
      buyerId: string,
      itemIds: readonly string[],
      key: string,
    ): Promise<{ items: readonly CartItem[]; made: KeptCheckout | null }> => {
      const [row] = await database.$queryRawUnsafe<[{ items: CartRow[] | null; made: CheckoutRow | null }]>(
        readCartSql,
        buyerId,
        itemIds,
        key,
      )
      return {
        items: (row.items ?? []).map(toCartItem),
        made: row.made === null ? null : toKeptCheckout(row.made),
      }
    },
    /** The quote of the key: this one, or the one that was made with it before. */
    insert: async (checkout: Checkout, keyed: KeyedInput): Promise<KeptCheckout> => {
      const [row] = await database.$queryRawUnsafe<[{ made: CheckoutRow }]>(
        insertSql,
        checkout.id,
        checkout.buyerId,
        checkout.shopId,
        checkout.total.currency,
        checkout.total.amount,
        JSON.stringify(checkout.lines.map(toStoredLine)),
        JSON.stringify(checkout.attribution),
        keyed.key,
        keyed.hash,
        checkout.createdAt,
        checkout.expiresAt,
      )
      return toKeptCheckout(row.made)
    },
    find: async (id: string): Promise<Checkout | null> => {
      const [row] = await database.$queryRawUnsafe<{ made: CheckoutRow }[]>(findSql, id)
      return row === undefined ? null : toKeptCheckout(row.made).checkout
    },
  }
}

export type KeptCheckout = { readonly checkout: Checkout; readonly inputHash: string }

/** As to_jsonb writes it: times are text. */
type CheckoutRow = {
  id: string
  buyer_id: string
  shop_id: string
  currency: string
  total: number
  lines: StoredLine[]
  attribution: Attribution
  input_hash: string
  created_at: string
  expires_at: string
  is_completed: boolean | null
}

const toKeptCheckout = (row: CheckoutRow): KeptCheckout => ({
  checkout: {
    id: row.id,
    buyerId: row.buyer_id,
    shopId: row.shop_id,
    lines: row.lines.map((line) => fromStoredLine(line, row.currency)),
    total: money(row.total, row.currency),
    attribution: row.attribution,
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    isCompleted: row.is_completed ?? false,
  },
  inputHash: row.input_hash,
})

const withCompletion = `to_jsonb(made) || jsonb_build_object('is_completed', EXISTS (SELECT 1 FROM customer_order WHERE checkout_id = made.id))`

const readCartSql = `
SELECT
  (SELECT jsonb_agg(to_jsonb(item) ORDER BY item.added_at, item.id) FROM cart_item item WHERE item.buyer_id = $1 AND item.id = ANY($2::text[])) AS items,
  (SELECT ${withCompletion} FROM checkout made WHERE made.buyer_id = $1 AND made.idempotency_key = $3) AS made`

// The update that changes nothing lets a duplicate see the row of the first.
const insertSql = `
WITH made AS (
  INSERT INTO checkout (id, buyer_id, shop_id, currency, total, lines, attribution, idempotency_key, input_hash, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5::bigint, $6::jsonb, $7::jsonb, $8, $9, $10::timestamptz, $11::timestamptz)
  ON CONFLICT (buyer_id, idempotency_key) DO UPDATE SET idempotency_key = EXCLUDED.idempotency_key
  RETURNING *)
SELECT ${withCompletion} AS made FROM made`

const findSql = `SELECT ${withCompletion} AS made FROM checkout made WHERE made.id = $1`
