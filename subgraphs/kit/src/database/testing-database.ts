/** Databases for tests: one migrated template, and a clone of it for each test file. */
import pg from 'pg'
import { quoteName } from './connection-settings.ts'

/**
 * Makes a database, fills it, and returns its URL to clone from. Nobody may be connected to it afterwards.
 *
 * @example
 * const templateUrl = await createTemplateDatabase(adminUrl, 'souk_template', (url) => migrateAll(url))
 * const url = await cloneDatabase(templateUrl, 'orders_test')
 */
export async function createTemplateDatabase(
  adminUrl: string,
  name: string,
  prepare: (url: string) => Promise<void>,
): Promise<string> {
  await runOn(adminUrl, `CREATE DATABASE ${quoteName(name)}`)
  const url = withDatabase(adminUrl, name)
  await prepare(url)
  return url
}

/** Some 30 ms for a template of ten megabytes; the server copies the files. */
export async function cloneDatabase(templateUrl: string, name: string): Promise<string> {
  const template = decodeURIComponent(new URL(templateUrl).pathname.slice(1))
  await runOn(
    withDatabase(templateUrl, 'postgres'),
    `CREATE DATABASE ${quoteName(name)} TEMPLATE ${quoteName(template)}`,
  )
  return withDatabase(templateUrl, name)
}

/** Ends the sessions that are still open in it. */
export async function dropDatabase(url: string): Promise<void> {
  const name = decodeURIComponent(new URL(url).pathname.slice(1))
  await runOn(withDatabase(url, 'postgres'), `DROP DATABASE IF EXISTS ${quoteName(name)} WITH (FORCE)`)
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${encodeURIComponent(name)}`
  return changed.href
}

async function runOn(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
