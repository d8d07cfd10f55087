/** Creators and organizations in the database. */
import type { Page, SqlExecutor } from '@souk/kit'
import type { Database } from '../db.ts'
import type { Creator, CreatorOrganization } from './creator.ts'

export type CreatorStore = ReturnType<typeof openCreatorStore>

export function openCreatorStore(database: Database) {
  return {
    byIds: async (ids: readonly string[]): Promise<ReadonlyMap<string, Creator>> => {
      const rows = await database.creator.findMany({ where: { id: { in: [...ids] } } })
      return new Map(rows.map((row) => [row.id, row]))
    },
    byUserIds: async (userIds: readonly string[]): Promise<ReadonlyMap<string, Creator>> => {
      const rows = await database.creator.findMany({ where: { userId: { in: [...userIds] } } })
      return new Map(rows.map((row) => [row.userId, row]))
    },
    page: (organizationId: string | null, page: Page<string>): Promise<readonly Creator[]> =>
      database.creator.findMany({
        where: {
          ...(organizationId !== null && { organizationId }),
          ...(page.after !== null && { id: { gt: page.after } }),
        },
        orderBy: { id: 'asc' },
        take: page.limit + 1,
      }),
    pagesByOrganization: (organizationIds: readonly string[], page: Page<string>) =>
      pagesByOrganization(database, organizationIds, page),
    organizationsByIds: async (ids: readonly string[]): Promise<ReadonlyMap<string, CreatorOrganization>> => {
      const rows = await database.creatorOrganization.findMany({ where: { id: { in: [...ids] } } })
      return new Map(rows.map((row) => [row.id, row]))
    },
    /** False if the person has a creator already: two requests at once make one. */
    insert: async (creator: Creator): Promise<boolean> => {
      const { count } = await database.creator.createMany({ data: [creator], skipDuplicates: true })
      return count === 1
    },
    setPermissions: async (
      creatorId: string,
      permissions: { readonly showcase?: boolean; readonly liveSelling?: boolean },
    ): Promise<Creator | null> => {
      const [creator] = await database.creator.updateManyAndReturn({
        where: { id: creatorId },
        data: permissions,
      })
      return creator ?? null
    },
  }
}

async function pagesByOrganization(
  sql: SqlExecutor,
  organizationIds: readonly string[],
  page: Page<string>,
): Promise<ReadonlyMap<string, readonly Creator[]>> {
  const rows = await sql.$queryRawUnsafe<(Creator & { organizationId: string })[]>(
    pagesSql,
    organizationIds,
    page.after,
    page.limit + 1,
  )
  return Map.groupBy(rows, (row) => row.organizationId)
}

const pagesSql = `
SELECT creator.* FROM unnest($1::text[]) AS wanted(id)
CROSS JOIN LATERAL (
  SELECT id, user_id AS "userId", display_name AS "displayName", organization_id AS "organizationId", showcase,
    live_selling AS "liveSelling", created_at AS "createdAt"
  FROM creator
  WHERE organization_id = wanted.id AND ($2::text IS NULL OR id > $2)
  ORDER BY id LIMIT $3
) AS creator`
