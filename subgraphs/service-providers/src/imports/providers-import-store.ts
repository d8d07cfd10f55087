/** Bulk insert of providers and their active assignments: one statement each, in one transaction. */
import { ClientError } from '@souk/contracts'
import { type SqlExecutor, transact } from '@souk/kit'
import type { Database } from '../db.ts'
import type { ImportedProviders } from './providers-import.ts'

export type ProvidersImportStore = ReturnType<typeof openProvidersImportStore>

export function openProvidersImportStore(database: Database) {
  return {
    /** Inserts what is new and returns how many rows that are; all or nothing. */
    insertNew: ({ providers, assignments }: ImportedProviders, at: Date): Promise<number> =>
      transact(database, async (transaction) => {
        const newProviders = await transaction.$executeRawUnsafe(
          insertProvidersSql,
          JSON.stringify(providers),
          at.toISOString(),
        )
        await assertThere(transaction, 'service_provider', providers)
        const newAssignments = await transaction.$executeRawUnsafe(
          insertAssignmentsSql,
          JSON.stringify(assignments),
        )
        await assertThere(transaction, 'service_assignment', assignments)
        return newProviders + newAssignments
      }),
  }
}

/** What has been left out although its id is new clashes with another row, or names a provider that isn't there. */
async function assertThere(
  transaction: SqlExecutor,
  table: 'service_provider' | 'service_assignment',
  rows: readonly { readonly id: string }[],
): Promise<void> {
  const [missing] = await transaction.$queryRawUnsafe<{ id: string }[]>(
    missingSql[table],
    rows.map(({ id }) => id),
  )
  if (missing === undefined) return
  const reasons = {
    service_provider: 'another provider of its kind has its name',
    service_assignment: 'its provider is unknown, or another provider of its kind works for the shop',
  }
  throw new ClientError(
    'BAD_INPUT',
    `The ${table.replace('_', ' ')} ${missing.id} can't be imported: ${reasons[table]}.`,
  )
}

const insertProvidersSql = `
INSERT INTO service_provider (id, name, kind, registered_at)
SELECT id, name, kind, $2::timestamptz FROM jsonb_to_recordset($1::jsonb) AS r(id text, name text, kind "ServiceProviderKind")
ON CONFLICT DO NOTHING`

const insertAssignmentsSql = `
INSERT INTO service_assignment (id, provider_id, provider_kind, shop_id, scopes, state, proposed_by, proposed_at, consented_at, active_from)
SELECT r.id, r."providerId", provider.kind, r."shopId", r.scopes, 'ACTIVE', 'PLATFORM', r."from", r."from", r."from"
FROM jsonb_to_recordset($1::jsonb) AS r(id text, "providerId" text, "shopId" text, scopes text[], "from" timestamptz)
JOIN service_provider provider ON provider.id = r."providerId"
ON CONFLICT DO NOTHING`

const missing = (table: string): string =>
  `SELECT asked.id FROM unnest($1::text[]) AS asked(id) LEFT JOIN ${table} there USING (id) WHERE there.id IS NULL LIMIT 1`

const missingSql = {
  service_provider: missing('service_provider'),
  service_assignment: missing('service_assignment'),
} as const
