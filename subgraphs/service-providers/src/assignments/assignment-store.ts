/** Assignments in PostgreSQL: pages of many shops or providers in one read, and changes under the shop's lock. */
import { type Outcome, type Page, type Refusal, transact } from '@souk/kit'
import type { Database } from '../db.ts'
import type { AssignmentState, ServiceAssignment } from './assignment.ts'
import type { AssignmentSight } from './assignment-access.ts'
import {
  assignmentColumns,
  assignmentRecord,
  type AssignmentRow,
  toAssignment,
  toRow,
} from './assignment-row.ts'

export type AssignmentCursor = { readonly proposedAt: string; readonly id: string }

export type AssignmentQuery = {
  readonly state: AssignmentState | null
  readonly sight: AssignmentSight
  readonly page: Page<AssignmentCursor>
}

type Assignments = readonly ServiceAssignment[]

export type AssignmentStore = ReturnType<typeof openAssignmentStore>

export function openAssignmentStore(database: Database) {
  const pages = async (
    owner: 'shop_id' | 'provider_id',
    ids: readonly string[],
    query: AssignmentQuery,
  ): Promise<Assignments> => {
    const { state, sight, page } = query
    const rows = await database.$queryRawUnsafe<AssignmentRow[]>(
      pagesSql[owner],
      ids,
      page.limit + 1,
      state,
      sight.all,
      sight.all ? [] : sight.shopIds,
      sight.all ? null : sight.providerId,
      page.after?.proposedAt ?? null,
      page.after?.id ?? null,
    )
    return rows.map(toAssignment)
  }
  return {
    byIds: async (ids: readonly string[]): Promise<ReadonlyMap<string, ServiceAssignment>> => {
      const rows = await database.$queryRawUnsafe<AssignmentRow[]>(byIdsSql, ids)
      return new Map(rows.map((row) => [row.id, toAssignment(row)]))
    },

    /** The same page of each shop, one row more than it has, the newest first; only what the viewer may see. */
    pagesOfShops: async (
      shopIds: readonly string[],
      query: AssignmentQuery,
    ): Promise<ReadonlyMap<string, Assignments>> =>
      Map.groupBy(await pages('shop_id', shopIds, query), (assignment) => assignment.shopId),

    pagesOfProviders: async (
      providerIds: readonly string[],
      query: AssignmentQuery,
    ): Promise<ReadonlyMap<string, Assignments>> =>
      Map.groupBy(await pages('provider_id', providerIds, query), (assignment) => assignment.providerId),

    /** Shops that the provider is assigned to at this instant. */
    activeShopIds: async (providerId: string): Promise<readonly string[]> => {
      const rows = await database.$queryRawUnsafe<{ shop_id: string }[]>(activeShopIdsSql, providerId)
      return rows.map((row) => row.shop_id)
    },

    /**
     * Lets `decide` change assignments of a shop while nobody else does. It gets those that are open and those with `ids`, as
     * they are under the lock. What it returns is written in that order: what ends before what begins, or the index that
     * allows one active provider would refuse.
     */
    change: <R extends Refusal>(
      { shopId, ids }: { readonly shopId: string; readonly ids: readonly string[] },
      decide: (current: Assignments) => Outcome<Assignments, R>,
    ): Promise<Outcome<Assignments, R>> =>
      transact(database, async (transaction) => {
        await transaction.$queryRawUnsafe(lockSql, shopId)
        const current = await transaction.$queryRawUnsafe<AssignmentRow[]>(currentSql, shopId, ids)
        const outcome = decide(current.map(toAssignment))
        if (!outcome.ok) return outcome
        for (const assignment of outcome.value)
          await transaction.$executeRawUnsafe(writeSql, JSON.stringify(toRow(assignment)))
        return outcome
      }),
  }
}

const byIdsSql = `SELECT ${assignmentColumns} FROM service_assignment WHERE id = ANY($1)`

const pageOf = (owner: 'shop_id' | 'provider_id'): string => `
SELECT assignment.* FROM unnest($1::text[]) AS owner(id)
CROSS JOIN LATERAL (
  SELECT ${assignmentColumns} FROM service_assignment
  WHERE ${owner} = owner.id
    AND ($3::text IS NULL OR state = $3::text::"ServiceAssignmentState")
    AND ($4::boolean OR shop_id = ANY($5::text[]) OR provider_id = $6::text)
    AND ($7::text IS NULL OR (proposed_at, id) < ($7::text::timestamptz, $8::text))
  ORDER BY proposed_at DESC, id DESC LIMIT $2
) AS assignment
ORDER BY assignment.${owner}, assignment.proposed_at DESC, assignment.id DESC`

const pagesSql = { shop_id: pageOf('shop_id'), provider_id: pageOf('provider_id') } as const

const activeShopIdsSql = `SELECT shop_id FROM service_assignment WHERE provider_id = $1 AND state = 'ACTIVE' ORDER BY shop_id`

// A lock of the server's and not of a row: the first proposal of a shop has no row yet.
const lockSql = `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' shop ' || $1, 0))::text`

const currentSql = `
SELECT ${assignmentColumns} FROM service_assignment
WHERE shop_id = $1 AND (state IN ('PROPOSED', 'ACTIVE') OR id = ANY($2))`

// What an assignment is about never changes, so only its state and the times of it are written again.
const writeSql = `
INSERT INTO service_assignment (${assignmentColumns})
SELECT ${assignmentColumns} FROM jsonb_to_record($1::jsonb) AS r${assignmentRecord}
ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, consented_by_user_id = EXCLUDED.consented_by_user_id,
  consented_at = EXCLUDED.consented_at, active_from = EXCLUDED.active_from, active_to = EXCLUDED.active_to,
  closed_at = EXCLUDED.closed_at`
