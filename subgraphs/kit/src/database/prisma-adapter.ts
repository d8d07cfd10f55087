/** The driver adapter that a subgraph's Prisma client talks to PostgreSQL through: pool, limits, search path. */
import { createHash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { databaseLimits } from './config.ts'
import { readConnectionSettings } from './connection-settings.ts'
import { tracedClient } from './traced-client.ts'

export interface PrismaAdapterOptions {
  readonly databaseUrl: string
  readonly schema: string
  readonly poolSizeMax: number
  /** Called with every statement as it is sent, BEGIN and COMMIT too; for tests that count them. */
  readonly onStatement?: ((sql: string) => void) | undefined
}

/**
 * @example
 * const adapter = createPrismaAdapter({ databaseUrl, schema: 'products', poolSizeMax: 10 })
 * const prisma = new PrismaClient({ adapter })
 */
export function createPrismaAdapter(options: PrismaAdapterOptions): PrismaPg {
  const { databaseUrl, schema, poolSizeMax, onStatement } = options
  const settings: pg.PoolConfig = {
    ...readConnectionSettings(databaseUrl, schema),
    max: poolSizeMax,
    statement_timeout: databaseLimits.statementMs,
    idle_in_transaction_session_timeout: databaseLimits.idleInTransactionMs,
    idleTimeoutMillis: databaseLimits.idleConnectionMs,
    allowExitOnIdle: true,
    Client: tracedClient({ schema, onStatement }),
  }
  return new PrismaPg(settings, { schema, statementNameGenerator: createStatementNames() })
}

/** A name makes the server plan a statement once per connection; the empty one, when there are too many, leaves it unprepared. */
function createStatementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>()
  return ({ sql }) => {
    const known = names.get(sql)
    if (known !== undefined) return known
    if (names.size >= databaseLimits.preparedStatementsMax) return ''
    const name = `souk_${createHash('sha256').update(sql).digest('base64url').slice(0, 32)}`
    names.set(sql, name)
    return name
  }
}
