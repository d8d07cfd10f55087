/** Service providers in PostgreSQL. */
import type { Page } from '@souk/kit'
import type { Database } from '../db.ts'
import type { ServiceProvider, ServiceProviderKind } from './provider.ts'

export type ProviderStore = ReturnType<typeof openProviderStore>

export function openProviderStore(database: Database) {
  return {
    byIds: async (ids: readonly string[]): Promise<ReadonlyMap<string, ServiceProvider>> => {
      const rows = await database.$queryRawUnsafe<ProviderRow[]>(byIdsSql, ids)
      return new Map(rows.map((row) => [row.id, toProvider(row)]))
    },

    /** One row more than the page has, the newest first: ids are made in order. */
    page: async (
      kind: ServiceProviderKind | null,
      page: Page<string>,
    ): Promise<readonly ServiceProvider[]> => {
      const values: unknown[] = [page.limit + 1]
      const use = (value: unknown): string => `$${values.push(value)}`
      const conditions = [
        kind && `kind = ${use(kind)}::"ServiceProviderKind"`,
        page.after && `id < ${use(page.after)}`,
      ].filter((condition) => condition !== null)
      const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
      const sql = `SELECT ${columns} FROM service_provider ${where} ORDER BY id DESC LIMIT $1`
      return (await database.$queryRawUnsafe<ProviderRow[]>(sql, ...values)).map(toProvider)
    },

    /** Inserts the provider, and returns it; or the one that has its kind and name already. */
    insert: async ({ id, name, kind, registeredAt }: ServiceProvider): Promise<ServiceProvider> => {
      const [row] = await database.$queryRawUnsafe<ProviderRow[]>(
        insertSql,
        id,
        name,
        kind,
        registeredAt.toISOString(),
      )
      if (row === undefined) throw new Error('The insert of a service provider returned no row.')
      return toProvider(row)
    },
  }
}

type ProviderRow = {
  readonly id: string
  readonly name: string
  readonly kind: ServiceProviderKind
  readonly registered_at: Date
}

const toProvider = (row: ProviderRow): ServiceProvider => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  registeredAt: row.registered_at,
})

const columns = 'id, name, kind, registered_at'

const byIdsSql = `SELECT ${columns} FROM service_provider WHERE id = ANY($1)`

// The update that changes nothing makes RETURNING see the row that was there.
const insertSql = `
INSERT INTO service_provider (${columns}) VALUES ($1, $2, $3::"ServiceProviderKind", $4::timestamptz)
ON CONFLICT (kind, name) DO UPDATE SET name = EXCLUDED.name
RETURNING ${columns}`
