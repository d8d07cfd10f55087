/** Bulk inserts of the import, each of what is not there yet; every function returns how many rows are new. */
import type { SqlExecutor } from '@souk/kit'

export type CreatorsImportInput = {
  readonly organizations: readonly object[]
  readonly creators: readonly object[]
  readonly plans: readonly { readonly id: string; readonly productId: string }[]
  readonly products: readonly {
    readonly productId: string
    readonly shopId: string
    readonly title: string
    readonly categoryId?: string | null
    readonly amount: bigint
    readonly currency: string
  }[]
  readonly showcaseItems: readonly { readonly id: string; readonly productId: string }[]
}

export const importOrganizations = (sql: SqlExecutor, rows: readonly object[], now: Date): Promise<number> =>
  sql.$executeRawUnsafe(organizationsSql, JSON.stringify(rows), now)

export const importCreatorRows = (sql: SqlExecutor, rows: readonly object[], now: Date): Promise<number> =>
  sql.$executeRawUnsafe(creatorsSql, JSON.stringify(rows), now)

export const importPlans = (sql: SqlExecutor, rows: readonly object[], now: Date): Promise<number> =>
  sql.$executeRawUnsafe(plansSql, JSON.stringify(rows), now)

export const importShowcaseItems = (sql: SqlExecutor, rows: readonly object[]): Promise<number> =>
  sql.$executeRawUnsafe(showcaseItemsSql, JSON.stringify(rows))

export async function productsWithoutPlan(
  sql: SqlExecutor,
  productIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await sql.$queryRawUnsafe<{ id: string }[]>(withoutPlanSql, productIds)
  return rows.map((row) => row.id)
}

const organizationsSql = `
INSERT INTO creator_organization (id, name, kind, created_at)
SELECT id, name, kind::organization_kind, $2 FROM jsonb_to_recordset($1::jsonb) AS o(id text, name text, kind text)
ON CONFLICT DO NOTHING`

const creatorsSql = `
INSERT INTO creator (id, user_id, display_name, organization_id, showcase, live_selling, created_at)
SELECT id, "userId", "displayName", "organizationId", showcase, "liveSelling", $2
FROM jsonb_to_recordset($1::jsonb) AS c(id text, "userId" text, "displayName" text, "organizationId" text, showcase boolean,
  "liveSelling" boolean)
ON CONFLICT DO NOTHING`

// Counts the rates: each new plan gets exactly one.
const plansSql = `
WITH wanted AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS p(id text, "productId" text, "shopId" text, "rateBps" int, "startsAt" timestamptz)
), written AS (
  INSERT INTO affiliate_plan (id, kind, product_id, shop_id, state, starts_at, created_at)
  SELECT id, 'ORDINARY', "productId", "shopId", 'ACTIVE', "startsAt", $2 FROM wanted
  ON CONFLICT DO NOTHING
  RETURNING id
)
INSERT INTO affiliate_plan_rate (plan_id, version, rate_bps, effective_from, decided_by, decided_at)
SELECT id, 1, "rateBps", "startsAt", 'import', $2 FROM wanted WHERE id IN (SELECT id FROM written)`

// The plan in force when the item was added, else the product's first: an import may know the items from before the plans.
const showcaseItemsSql = `
INSERT INTO showcase_item (id, creator_id, product_id, plan_id, rate_version, locked_rate_bps, added_at)
SELECT item.id, item."creatorId", item."productId", plan.id, rate.version, rate.rate_bps, item."addedAt"
FROM jsonb_to_recordset($1::jsonb) AS item(id text, "creatorId" text, "productId" text, "addedAt" timestamptz)
CROSS JOIN LATERAL (
  SELECT * FROM affiliate_plan WHERE product_id = item."productId" AND kind = 'ORDINARY'
  ORDER BY (starts_at <= item."addedAt" AND (ends_at IS NULL OR ends_at > item."addedAt")) DESC, starts_at LIMIT 1
) plan
CROSS JOIN LATERAL (
  SELECT version, rate_bps FROM affiliate_plan_rate
  WHERE plan_id = plan.id AND effective_from <= greatest(item."addedAt", plan.starts_at) ORDER BY version DESC LIMIT 1
) rate
ON CONFLICT DO NOTHING`

const withoutPlanSql = `
SELECT DISTINCT wanted.id FROM unnest($1::text[]) AS wanted(id)
WHERE NOT EXISTS (SELECT 1 FROM affiliate_plan WHERE product_id = wanted.id AND kind = 'ORDINARY')`
