/** Products and their SKUs in the database. */
import { money } from '@souk/contracts'
import type { Page, SqlExecutor } from '@souk/kit'
import type { Database } from '../db.ts'
import type { Product, ProductFacts, ProductStatus, Sku } from './catalogue.ts'
import { categoryAndBelow } from './category-store.ts'
import type { NewestCursor } from './shop-store.ts'

export type ProductStore = ReturnType<typeof openProductStore>

export type ProductsByOwner = ReadonlyMap<string, readonly Product[]>

export function openProductStore(database: Database) {
  return {
    productsById: async (ids: readonly string[]): Promise<ReadonlyMap<string, Product>> =>
      new Map(
        (await database.$queryRawUnsafe<ProductRow[]>(productsByIdSql, ids)).map((row) => [
          row.id,
          toProduct(row),
        ]),
      ),

    productsByShop: (
      shopIds: readonly string[],
      { page, statuses }: { page: Page<NewestCursor>; statuses: readonly ProductStatus[] },
    ): Promise<ProductsByOwner> =>
      loadPages(database, productsByShopSql, { ownerIds: shopIds, page, statuses }),

    /** Listed products of each category and of all below it. */
    productsByCategory: (
      categoryIds: readonly string[],
      page: Page<NewestCursor>,
    ): Promise<ProductsByOwner> =>
      loadPages(database, productsByCategorySql, { ownerIds: categoryIds, page, statuses: ['LISTED'] }),

    skusById: async (ids: readonly string[]): Promise<ReadonlyMap<string, Sku>> =>
      new Map((await database.$queryRawUnsafe<Sku[]>(skusByIdSql, ids)).map((row) => [row.id, row])),

    skusByProduct: async (productIds: readonly string[]): Promise<ReadonlyMap<string, readonly Sku[]>> =>
      Map.groupBy(
        await database.$queryRawUnsafe<Sku[]>(skusByProductSql, productIds),
        (sku) => sku.productId,
      ),
  }
}

async function loadPages(
  database: SqlExecutor,
  sql: string,
  {
    ownerIds,
    page,
    statuses,
  }: { ownerIds: readonly string[]; page: Page<NewestCursor>; statuses: readonly ProductStatus[] },
): Promise<ProductsByOwner> {
  const rows = await database.$queryRawUnsafe<(ProductRow & { owner_id: string })[]>(
    sql,
    ownerIds,
    page.limit + 1,
    page.after?.createdAt ?? null,
    page.after?.id ?? null,
    statuses,
  )
  const byOwner = new Map<string, Product[]>()
  for (const row of rows) {
    const products = byOwner.get(row.owner_id) ?? []
    products.push(toProduct(row))
    byOwner.set(row.owner_id, products)
  }
  return byOwner
}

/** Keeps others from changing the product, its offers or its SKUs until the transaction ends. */
export async function lockProduct(sql: SqlExecutor, productId: string): Promise<Product | null> {
  const [row] = await sql.$queryRawUnsafe<ProductRow[]>(lockProductSql, productId)
  return row === undefined ? null : toProduct(row)
}

/** Writes what a product says of itself, and the words that it is found by. */
export async function updateProduct(sql: SqlExecutor, product: Product, now: Date): Promise<void> {
  const { id, title, description, tags, categoryId, brandId } = product
  await sql.$executeRawUnsafe(updateProductSql, id, title, description, tags, categoryId, brandId, now)
}

export async function updateProductStatus(
  sql: SqlExecutor,
  { id, status }: Pick<Product, 'id' | 'status'>,
  now: Date,
): Promise<void> {
  await sql.$executeRawUnsafe(
    'UPDATE product SET status = $2::product_status, updated_at = $3 WHERE id = $1',
    id,
    status,
    now,
  )
}

export async function productFacts(
  sql: SqlExecutor,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ProductFacts>> {
  const rows = await sql.$queryRawUnsafe<FactsRow[]>(productFactsSql, ids)
  return new Map(rows.map((row) => [row.product_id, toFacts(row)]))
}

/** Adds to the counts of units sold; rows are locked in one order, so that two events can't wait for each other. */
export async function countUnitsSold(
  sql: SqlExecutor,
  unitsByProduct: ReadonlyMap<string, number>,
): Promise<void> {
  await sql.$executeRawUnsafe(countUnitsSoldSql, JSON.stringify(Object.fromEntries(unitsByProduct)))
}

export type ProductRow = {
  id: string
  shop_id: string
  brand_id: string | null
  category_id: string | null
  title: string
  description: string
  tags: string[]
  status: ProductStatus
  units_sold: bigint
  created_at: Date
}

export const toProduct = (row: ProductRow): Product => ({
  id: row.id,
  shopId: row.shop_id,
  brandId: row.brand_id,
  categoryId: row.category_id,
  title: row.title,
  description: row.description,
  tags: row.tags,
  status: row.status,
  unitsSold: Number(row.units_sold),
  createdAt: row.created_at,
})

type FactsRow = {
  product_id: string
  shop_id: string
  title: string
  category_id: string | null
  status: ProductStatus
  price_amount: bigint | null
  price_currency: string | null
}

const toFacts = (row: FactsRow): ProductFacts => ({
  productId: row.product_id,
  shopId: row.shop_id,
  title: row.title,
  categoryId: row.category_id,
  status: row.status,
  price:
    row.price_amount === null || row.price_currency === null
      ? null
      : money(row.price_amount, row.price_currency),
})

/** The columns of a ProductRow of the table under the name `p`. */
export const productColumns =
  'p.id, p.shop_id, p.brand_id, p.category_id, p.title, p.description, p.tags, p.status::text AS status, p.units_sold, p.created_at'

const productsByIdSql = `SELECT ${productColumns} FROM product p WHERE p.id = ANY($1::text[])`

const lockProductSql = `SELECT ${productColumns} FROM product p WHERE p.id = $1 FOR NO KEY UPDATE`

const productPage = (condition: string): string => `
SELECT wanted.owner_id, page.* FROM unnest($1::text[]) AS wanted(owner_id) CROSS JOIN LATERAL (
  SELECT ${productColumns} FROM product p
  WHERE ${condition} AND p.status = ANY($5::text[]::product_status[])
    AND ($3::timestamptz IS NULL OR (p.created_at, p.id) < ($3::timestamptz, $4::text))
  ORDER BY p.created_at DESC, p.id DESC LIMIT $2::int
) AS page`

const productsByShopSql = productPage('p.shop_id = wanted.owner_id')

const productsByCategorySql = productPage(`p.category_id IN (${categoryAndBelow('wanted.owner_id')})`)

const skuColumns = 'id, product_id AS "productId", code, name'

const skusByIdSql = `SELECT ${skuColumns} FROM sku WHERE id = ANY($1::text[])`

const skusByProductSql = `SELECT ${skuColumns} FROM sku WHERE product_id = ANY($1::text[]) ORDER BY created_at, id`

const updateProductSql = `
UPDATE product p SET title = $2, description = $3, tags = $4::text[], category_id = $5, brand_id = $6, updated_at = $7,
  keywords = concat_ws(' ', (SELECT name FROM brand WHERE id = $6), (SELECT name FROM category WHERE id = $5),
    array_to_string($4::text[], ' '), (SELECT string_agg(code, ' ') FROM sku WHERE product_id = p.id))
WHERE p.id = $1`

const productFactsSql = `
SELECT p.id AS product_id, p.shop_id, p.title, p.category_id, p.status::text AS status, cheapest.price_amount, cheapest.price_currency
FROM product p LEFT JOIN LATERAL (
  SELECT o.price_amount, o.price_currency FROM offer o
  WHERE o.product_id = p.id AND o.source = 'PLATFORM_SHOP'
  ORDER BY o.price_currency, o.price_amount LIMIT 1
) AS cheapest ON true
WHERE p.id = ANY($1::text[])`

const countUnitsSoldSql = `
WITH sold AS MATERIALIZED (
  SELECT p.id, line.value::bigint AS units
  FROM jsonb_each_text($1::jsonb) AS line JOIN product p ON p.id = line.key
  ORDER BY p.id FOR NO KEY UPDATE OF p
)
UPDATE product p SET units_sold = p.units_sold + sold.units FROM sold WHERE p.id = sold.id`
