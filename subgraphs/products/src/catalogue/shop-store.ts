/** Merchants, shops and brands in the database. */
import type { Page, SqlExecutor } from '@souk/kit'
import type { Database } from '../db.ts'
import type { Brand, Merchant, Shop } from './catalogue.ts'

/** Newest first: the key of a page is the creation time and the id. */
export type NewestCursor = { readonly createdAt: string; readonly id: string }

export type ShopStore = ReturnType<typeof openShopStore>

export function openShopStore(database: Database) {
  return {
    merchantsById: async (ids: readonly string[]): Promise<ReadonlyMap<string, Merchant>> =>
      byId(await database.merchant.findMany({ where: { id: { in: [...ids] } } })),

    shopsById: async (ids: readonly string[]): Promise<ReadonlyMap<string, Shop>> =>
      byId(await database.shop.findMany({ where: { id: { in: [...ids] } } })),

    brandsById: async (ids: readonly string[]): Promise<ReadonlyMap<string, Brand>> =>
      byId(await database.brand.findMany({ where: { id: { in: [...ids] } } })),

    shops: ({ limit, after }: Page<NewestCursor>): Promise<readonly Shop[]> =>
      database.$queryRawUnsafe<Shop[]>(shopsSql, limit + 1, after?.createdAt ?? null, after?.id ?? null),

    shopsByMerchant: async (
      merchantIds: readonly string[],
      { limit, after }: Page<NewestCursor>,
    ): Promise<ReadonlyMap<string, readonly Shop[]>> =>
      Map.groupBy(
        await database.$queryRawUnsafe<Shop[]>(
          shopsByMerchantSql,
          merchantIds,
          limit + 1,
          after?.createdAt ?? null,
          after?.id ?? null,
        ),
        (shop) => shop.merchantId,
      ),
  }
}

export async function insertMerchant(sql: SqlExecutor, merchant: Merchant, now: Date): Promise<void> {
  await sql.$executeRawUnsafe(
    'INSERT INTO merchant (id, name, created_at) VALUES ($1, $2, $3)',
    merchant.id,
    merchant.name,
    now,
  )
}

export async function insertShop(sql: SqlExecutor, shop: Shop): Promise<void> {
  await sql.$executeRawUnsafe(
    'INSERT INTO shop (id, merchant_id, name, type, created_at) VALUES ($1, $2, $3, $4::shop_type, $5)',
    shop.id,
    shop.merchantId,
    shop.name,
    shop.type,
    shop.createdAt,
  )
}

const byId = <Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [row.id, row]))

const shopColumns = 'id, merchant_id AS "merchantId", name, type::text AS type, created_at AS "createdAt"'

const shopsSql = `
SELECT ${shopColumns} FROM shop
WHERE $2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::text)
ORDER BY created_at DESC, id DESC LIMIT $1::int`

const shopsByMerchantSql = `
SELECT page.* FROM unnest($1::text[]) AS wanted(merchant_id) CROSS JOIN LATERAL (
  SELECT ${shopColumns} FROM shop
  WHERE shop.merchant_id = wanted.merchant_id AND ($3::timestamptz IS NULL OR (created_at, id) < ($3::timestamptz, $4::text))
  ORDER BY created_at DESC, id DESC LIMIT $2::int
) AS page`
