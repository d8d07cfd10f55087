/** The category tree in the database. */
import type { Page, SqlExecutor } from '@souk/kit'
import type { Database } from '../db.ts'
import type { Category } from './catalogue.ts'

/** By name: the key of a page is the name and the id. */
export type NameCursor = { readonly name: string; readonly id: string }

export type CategoryStore = ReturnType<typeof openCategoryStore>

export function openCategoryStore(database: Database) {
  return {
    categoriesById: async (ids: readonly string[]): Promise<ReadonlyMap<string, Category>> => {
      const rows = await database.category.findMany({ where: { id: { in: [...ids] } } })
      return new Map(rows.map((row) => [row.id, row]))
    },

    categoriesByCode: async (codes: readonly string[]): Promise<ReadonlyMap<string, Category>> => {
      const rows = await database.category.findMany({ where: { code: { in: [...codes] } } })
      return new Map(rows.map((row) => [row.code, row]))
    },

    roots: ({ limit, after }: Page<NameCursor>): Promise<readonly Category[]> =>
      database.$queryRawUnsafe<Category[]>(rootsSql, limit + 1, after?.name ?? null, after?.id ?? null),

    childrenByParent: async (
      parentIds: readonly string[],
      { limit, after }: Page<NameCursor>,
    ): Promise<ReadonlyMap<string, readonly Category[]>> =>
      Map.groupBy(
        await database.$queryRawUnsafe<Category[]>(
          childrenSql,
          parentIds,
          limit + 1,
          after?.name ?? null,
          after?.id ?? null,
        ),
        (category) => category.parentId ?? '',
      ),
  }
}

/** False if the code is taken. */
export async function insertCategory(sql: SqlExecutor, category: Category, now: Date): Promise<boolean> {
  const inserted = await sql.$executeRawUnsafe(
    'INSERT INTO category (id, code, name, parent_id, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) DO NOTHING',
    category.id,
    category.code,
    category.name,
    category.parentId,
    now,
  )
  return inserted === 1
}

/** SQL of the ids of a category and all below it. UNION, not UNION ALL, so that even a tree made circular by hand ends. */
export const categoryAndBelow = (categoryId: string): string => `
  WITH RECURSIVE below AS (
    SELECT ${categoryId} AS id
    UNION
    SELECT child.id FROM category child JOIN below ON child.parent_id = below.id
  ) SELECT id FROM below`

const categoryColumns = 'id, code, name, parent_id AS "parentId"'

const rootsSql = `
SELECT ${categoryColumns} FROM category
WHERE parent_id IS NULL AND ($2::text IS NULL OR (name, id) > ($2::text, $3::text))
ORDER BY name, id LIMIT $1::int`

const childrenSql = `
SELECT page.* FROM unnest($1::text[]) AS wanted(parent_id) CROSS JOIN LATERAL (
  SELECT ${categoryColumns} FROM category
  WHERE category.parent_id = wanted.parent_id AND ($3::text IS NULL OR (name, id) > ($3::text, $4::text))
  ORDER BY name, id LIMIT $2::int
) AS page`
