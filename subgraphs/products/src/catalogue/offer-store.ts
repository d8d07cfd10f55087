/** Offers in the database. */
import { money } from '@souk/contracts'
import type { SqlExecutor } from '@souk/kit'
import type { Database } from '../db.ts'
import type { Offer, OfferSource, ProductStatus } from './catalogue.ts'
import type { Prices } from './input-rules.ts'

export type OfferStore = ReturnType<typeof openOfferStore>

/** An offer with what an order line keeps of its product and SKU. */
export type OfferWithGoods = {
  readonly offer: Offer
  readonly title: string
  readonly skuName: string
  readonly productStatus: ProductStatus
}

export function openOfferStore(database: Database) {
  const load = async (sql: string, ids: readonly string[]): Promise<readonly Offer[]> =>
    (await database.$queryRawUnsafe<OfferRow[]>(sql, ids)).map(toOffer)
  return {
    offersById: async (ids: readonly string[]): Promise<ReadonlyMap<string, Offer>> =>
      new Map((await load(offersByIdSql, ids)).map((offer) => [offer.id, offer])),

    offersByProduct: async (productIds: readonly string[]): Promise<ReadonlyMap<string, readonly Offer[]>> =>
      Map.groupBy(await load(offersByProductSql, productIds), (offer) => offer.productId),

    offersBySku: async (skuIds: readonly string[]): Promise<ReadonlyMap<string, readonly Offer[]>> =>
      Map.groupBy(await load(offersBySkuSql, skuIds), (offer) => offer.skuId),

    offersWithGoods: async (ids: readonly string[]): Promise<ReadonlyMap<string, OfferWithGoods>> => {
      const rows = await database.$queryRawUnsafe<(OfferRow & GoodsRow)[]>(offersWithGoodsSql, ids)
      return new Map(
        rows.map((row) => [
          row.id,
          { offer: toOffer(row), title: row.title, skuName: row.sku_name, productStatus: row.product_status },
        ]),
      )
    },
  }
}

/** False if the SKU has `offersMax` offers already. The caller holds the product's lock, so that the count stays true. */
export async function insertOffer(
  sql: SqlExecutor,
  offer: Offer,
  { now, offersMax }: { readonly now: Date; readonly offersMax: number },
): Promise<boolean> {
  const inserted = await sql.$executeRawUnsafe(
    insertOfferSql,
    offer.id,
    offer.skuId,
    offer.productId,
    offer.shopId,
    offer.source,
    offer.price.amount,
    offer.price.currency,
    offer.listPrice?.amount ?? null,
    offer.externalUrl,
    now,
    offersMax,
  )
  return inserted === 1
}

export async function updateOfferPrice(
  sql: SqlExecutor,
  offerId: string,
  { price, listPrice, now }: Prices & { readonly now: Date },
): Promise<void> {
  await sql.$executeRawUnsafe(
    'UPDATE offer SET price_amount = $2, list_price_amount = $3, updated_at = $4 WHERE id = $1',
    offerId,
    price.amount,
    listPrice?.amount ?? null,
    now,
  )
}

type OfferRow = {
  id: string
  sku_id: string
  product_id: string
  shop_id: string | null
  source: OfferSource
  price_amount: bigint
  price_currency: string
  list_price_amount: bigint | null
  external_url: string | null
}

type GoodsRow = { title: string; sku_name: string; product_status: ProductStatus }

const toOffer = (row: OfferRow): Offer => ({
  id: row.id,
  skuId: row.sku_id,
  productId: row.product_id,
  shopId: row.shop_id,
  source: row.source,
  price: money(row.price_amount, row.price_currency),
  listPrice: row.list_price_amount === null ? null : money(row.list_price_amount, row.price_currency),
  externalUrl: row.external_url,
})

const offerColumns = `o.id, o.sku_id, o.product_id, o.shop_id, o.source::text AS source,
  o.price_amount, o.price_currency, o.list_price_amount, o.external_url`

const offersByIdSql = `SELECT ${offerColumns} FROM offer o WHERE o.id = ANY($1::text[])`

const cheapestFirst = 'ORDER BY o.price_currency, o.price_amount, o.id'

const offersByProductSql = `SELECT ${offerColumns} FROM offer o WHERE o.product_id = ANY($1::text[]) ${cheapestFirst}`

const offersBySkuSql = `SELECT ${offerColumns} FROM offer o WHERE o.sku_id = ANY($1::text[]) ${cheapestFirst}`

const offersWithGoodsSql = `
SELECT ${offerColumns}, p.title, p.status::text AS product_status, s.name AS sku_name
FROM offer o JOIN product p ON p.id = o.product_id JOIN sku s ON s.id = o.sku_id
WHERE o.id = ANY($1::text[])`

const insertOfferSql = `
INSERT INTO offer (id, sku_id, product_id, shop_id, source, price_amount, price_currency, list_price_amount, external_url, created_at, updated_at)
SELECT $1, $2, $3, $4, $5::offer_source, $6::bigint, $7, $8::bigint, $9, $10::timestamptz, $10::timestamptz
WHERE (SELECT count(*) FROM offer WHERE sku_id = $2) < $11::int`
