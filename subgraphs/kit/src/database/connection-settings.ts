/** Turns a database URL and a schema into the settings that every connection of ours is opened with. */
import pg from 'pg'
import { databaseLimits } from './config.ts'

export interface ConnectionSettings {
  readonly host: string
  readonly port: number
  readonly user: string | undefined
  readonly password: string | undefined
  readonly database: string | undefined
  readonly ssl: pg.ClientConfig['ssl']
  readonly options: string
  readonly connectionTimeoutMillis: number
  readonly application_name: string
}

/**
 * Spelled out rather than as `connectionString`, which node-postgres would let win over `database`: Prisma's shadow
 * database would then be the real one.
 */
export function readConnectionSettings(databaseUrl: string, schema: string): ConnectionSettings {
  // The driver's own reading of the URL, sslmode and percent signs included; making a client opens no connection.
  const { host, port, user, password, database, ssl } = new pg.Client({ connectionString: databaseUrl })
  return {
    host,
    port,
    user,
    // The driver lets it be a function; from a URL it is a string, and undefined when there is none.
    password: password ?? undefined,
    database,
    ssl,
    // Prisma's adapter writes and reads times as if the session were in UTC; a server set to another zone would shift them.
    options: `-c search_path=${quoteName(schema)} -c TimeZone=UTC`,
    connectionTimeoutMillis: databaseLimits.connectMs,
    application_name: `souk-${schema}`,
  }
}

/** A name as SQL wants it, whatever characters it has. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`
