/** Showcase items in the database. A removed item stays as a row: orders paid while it was there are attributed by it. */
import type { Page, SqlExecutor } from '@souk/kit'
import type { Database } from '../db.ts'
import type { ShowcaseItem } from './showcase-item.ts'

export type ShowcaseStore = ReturnType<typeof openShowcaseStore>

export function openShowcaseStore(database: Database) {
  return {
    byId: (id: string): Promise<ShowcaseItem | null> => database.showcaseItem.findUnique({ where: { id } }),
    pagesByCreator: async (
      creatorIds: readonly string[],
      page: Page<string>,
    ): Promise<ReadonlyMap<string, readonly ShowcaseItem[]>> => {
      const rows = await database.$queryRawUnsafe<ShowcaseItem[]>(
        pagesSql,
        creatorIds,
        page.after,
        page.limit + 1,
      )
      return Map.groupBy(rows, (row) => row.creatorId)
    },
    /** Null if there is no such creator, or they may not keep a showcase. */
    shows: async (creatorId: string, productId: string): Promise<boolean | null> => {
      const [row] = await database.$queryRawUnsafe<{ shows: boolean }[]>(showsSql, creatorId, productId)
      return row?.shows ?? null
    },
    remove: async (id: string, removedAt: Date): Promise<void> => {
      await database.showcaseItem.updateMany({ where: { id, removedAt: null }, data: { removedAt } })
    },
  }
}

/** Adds an item unless the creator shows the product already; either way the item that is there. */
export async function addItem(sql: SqlExecutor, item: ShowcaseItem): Promise<ShowcaseItem> {
  const { id, creatorId, productId, planId, rateVersion, lockedRateBps, addedAt } = item
  await sql.$executeRawUnsafe(
    insertSql,
    id,
    creatorId,
    productId,
    planId,
    rateVersion,
    lockedRateBps,
    addedAt,
  )
  const [there] = await sql.$queryRawUnsafe<ShowcaseItem[]>(currentSql, creatorId, productId)
  if (there === undefined)
    throw new Error(`The product ${productId} neither is in the showcase of ${creatorId} nor could be added.`)
  return there
}

const columns = `id, creator_id AS "creatorId", product_id AS "productId", plan_id AS "planId", rate_version AS "rateVersion",
  locked_rate_bps AS "lockedRateBps", added_at AS "addedAt", removed_at AS "removedAt"`

const insertSql = `
INSERT INTO showcase_item (id, creator_id, product_id, plan_id, rate_version, locked_rate_bps, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (creator_id, product_id) WHERE removed_at IS NULL DO NOTHING`

const currentSql = `SELECT ${columns} FROM showcase_item WHERE creator_id = $1 AND product_id = $2 AND removed_at IS NULL`

const showsSql = `
SELECT EXISTS (
  SELECT 1 FROM showcase_item item WHERE item.creator_id = creator.id AND item.product_id = $2 AND item.removed_at IS NULL
) AS shows
FROM creator WHERE creator.id = $1 AND creator.showcase`

const pagesSql = `
SELECT item.* FROM unnest($1::text[]) AS wanted(id)
CROSS JOIN LATERAL (
  SELECT ${columns} FROM showcase_item
  WHERE creator_id = wanted.id AND removed_at IS NULL AND ($2::text IS NULL OR id < $2)
  ORDER BY id DESC LIMIT $3
) AS item`
