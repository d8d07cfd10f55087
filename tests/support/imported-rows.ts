/** What an import has written, as digests that two databases can be compared by. */
import pg from 'pg'

const queries = {
  products: 'SELECT id, title, shop_id FROM products.product',
  stock: 'SELECT sku_id, on_hand, held FROM products.sku_stock',
  orders:
    'SELECT id, number, buyer_id, total, refunded_total, state, import_id, placed_at FROM orders.customer_order',
  orderLines: 'SELECT id, order_id, sku_id, quantity, unit_amount, refunded_quantity FROM orders.order_line',
  cases: 'SELECT id, number, order_id, amount, state, import_id FROM orders.after_sale_case',
  caseLines: 'SELECT case_id, order_line_id, quantity, amount FROM orders.after_sale_line',
} as const

export type ImportedRows = Readonly<Record<string, { readonly rows: number; readonly digest: string }>>

export async function describeImported(databaseUrl: string): Promise<ImportedRows> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const described: Record<string, { rows: number; digest: string }> = {}
    for (const [name, sql] of Object.entries(queries)) {
      const { rows } = await client.query<{ rows: number; digest: string }>(
        `SELECT count(*)::int AS rows, md5(coalesce(string_agg(line, ',' ORDER BY line), '')) AS digest FROM (SELECT row_to_json(t)::text AS line FROM (${sql}) t) lines`,
      )
      described[name] = rows[0] ?? { rows: 0, digest: '' }
    }
    return described
  } finally {
    await client.end()
  }
}
