/** Inserts many rows of the catalogue at once, one statement a table; what is there already stays as it is. */
import type { SqlExecutor } from '@souk/kit'
import type { Category, Merchant, Offer, ProductStatus, Shop } from './catalogue.ts'

export type NewProduct = {
  readonly id: string
  readonly shopId: string
  readonly title: string
  readonly description: string
  readonly categoryId: string | null
  readonly brandId: string | null
  readonly tags: readonly string[]
  readonly status: ProductStatus
  readonly createdAt: Date
  readonly skus: readonly NewSku[]
}

export type NewSku = {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly openingStock: number
  readonly offers: readonly Pick<Offer, 'id' | 'source' | 'price' | 'listPrice' | 'externalUrl'>[]
}

export async function insertMerchants(
  sql: SqlExecutor,
  merchants: readonly Merchant[],
  now: Date,
): Promise<void> {
  await sql.$executeRawUnsafe(merchantsSql, JSON.stringify(merchants), now)
}

export async function insertShops(
  sql: SqlExecutor,
  shops: readonly Omit<Shop, 'createdAt'>[],
  now: Date,
): Promise<void> {
  await sql.$executeRawUnsafe(shopsSql, JSON.stringify(shops), now)
}

export async function insertBrands(
  sql: SqlExecutor,
  brands: readonly { readonly id: string; readonly name: string }[],
  now: Date,
): Promise<void> {
  await sql.$executeRawUnsafe(brandsSql, JSON.stringify(brands), now)
}

export async function insertCategories(
  sql: SqlExecutor,
  categories: readonly Category[],
  now: Date,
): Promise<void> {
  await sql.$executeRawUnsafe(categoriesSql, JSON.stringify(categories), now)
}

/** Products with their SKUs, opening stock and offers; returns how many products are new. */
export async function insertProducts(
  sql: SqlExecutor,
  products: readonly NewProduct[],
  now: Date,
): Promise<number> {
  const inserted = await sql.$executeRawUnsafe(productsSql, JSON.stringify(products.map(toProductRow)), now)
  await sql.$executeRawUnsafe(skusSql, JSON.stringify(products.flatMap(toSkuRows)), now)
  await sql.$executeRawUnsafe(offersSql, JSON.stringify(products.flatMap(toOfferRows)), now)
  return inserted
}

const toProductRow = ({ skus, createdAt, ...product }: NewProduct) => ({
  ...product,
  createdAt: createdAt.toISOString(),
  skuCodes: skus.map((sku) => sku.code).join(' '),
})

const toSkuRows = (product: NewProduct) =>
  product.skus.map(({ id, code, name, openingStock }) => ({
    id,
    productId: product.id,
    code,
    name,
    openingStock,
  }))

const toOfferRows = (product: NewProduct) =>
  product.skus.flatMap((sku) =>
    sku.offers.map((offer) => ({
      id: offer.id,
      skuId: sku.id,
      productId: product.id,
      shopId: offer.source === 'PLATFORM_SHOP' ? product.shopId : null,
      source: offer.source,
      priceAmount: Number(offer.price.amount),
      priceCurrency: offer.price.currency,
      listPriceAmount: offer.listPrice === null ? null : Number(offer.listPrice.amount),
      externalUrl: offer.externalUrl,
    })),
  )

const merchantsSql = `
INSERT INTO merchant (id, name, created_at)
SELECT id, name, $2 FROM jsonb_to_recordset($1::jsonb) AS r(id text, name text)
ON CONFLICT DO NOTHING`

const shopsSql = `
INSERT INTO shop (id, merchant_id, name, type, created_at)
SELECT id, "merchantId", name, type::shop_type, $2
FROM jsonb_to_recordset($1::jsonb) AS r(id text, "merchantId" text, name text, type text)
ON CONFLICT DO NOTHING`

const brandsSql = `
INSERT INTO brand (id, name, created_at)
SELECT id, name, $2 FROM jsonb_to_recordset($1::jsonb) AS r(id text, name text)
ON CONFLICT DO NOTHING`

// One statement, so that a child may come before its parent: references are checked when the statement ends.
const categoriesSql = `
INSERT INTO category (id, code, name, parent_id, created_at)
SELECT id, code, name, "parentId", $2
FROM jsonb_to_recordset($1::jsonb) AS r(id text, code text, name text, "parentId" text)
ON CONFLICT DO NOTHING`

const productsSql = `
INSERT INTO product (id, shop_id, brand_id, category_id, title, description, tags, keywords, status, created_at, updated_at)
SELECT r.id, r."shopId", r."brandId", r."categoryId", r.title, r.description, r.tags,
  concat_ws(' ', b.name, c.name, array_to_string(r.tags, ' '), r."skuCodes"), r.status::product_status, r."createdAt", $2
FROM jsonb_to_recordset($1::jsonb) AS r(id text, "shopId" text, "brandId" text, "categoryId" text, title text,
  description text, tags text[], "skuCodes" text, status text, "createdAt" timestamptz)
LEFT JOIN brand b ON b.id = r."brandId" LEFT JOIN category c ON c.id = r."categoryId"
ON CONFLICT (id) DO NOTHING`

// Only an SKU that is new gets stock, and the ledger its opening balance.
const skusSql = `
WITH row AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(id text, "productId" text, code text, name text, "openingStock" int)
), added AS (
  INSERT INTO sku (id, product_id, code, name, created_at)
  SELECT id, "productId", code, name, $2 FROM row
  ON CONFLICT (id) DO NOTHING
  RETURNING id
), stocked AS (
  INSERT INTO sku_stock (sku_id, on_hand) SELECT row.id, row."openingStock" FROM row JOIN added ON added.id = row.id
)
INSERT INTO stock_movement (reason, ref_id, sku_id, on_hand_delta, held_delta, created_at)
SELECT 'OPENING', row.id, row.id, row."openingStock", 0, $2 FROM row JOIN added ON added.id = row.id`

const offersSql = `
INSERT INTO offer (id, sku_id, product_id, shop_id, source, price_amount, price_currency, list_price_amount, external_url, created_at, updated_at)
SELECT id, "skuId", "productId", "shopId", source::offer_source, "priceAmount", "priceCurrency", "listPriceAmount", "externalUrl", $2, $2
FROM jsonb_to_recordset($1::jsonb) AS r(id text, "skuId" text, "productId" text, "shopId" text, source text,
  "priceAmount" bigint, "priceCurrency" text, "listPriceAmount" bigint, "externalUrl" text)
ON CONFLICT (id) DO NOTHING`
