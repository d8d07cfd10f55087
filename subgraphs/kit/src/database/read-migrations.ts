/** Reads a prisma/migrations folder: names in order, scripts, and the checksums by which Prisma knows them. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseFault } from './errors.ts'

export interface Migration {
  readonly name: string
  readonly sql: string
  /** The first is the one we write; the other is the same script as a checkout with Windows line ends had it. */
  readonly checksums: readonly string[]
}

export async function readMigrations(prismaDirectory: string): Promise<readonly Migration[]> {
  const folder = join(prismaDirectory, 'migrations')
  const names = await listFolders(folder)
  return Promise.all(names.map((name) => readMigration(folder, name)))
}

async function listFolders(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    // Their names begin with a time stamp, so this is the order in which they were written.
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
  } catch (cause) {
    throw new DatabaseFault('MIGRATION_FOLDER_MISSING', `There are no migrations: ${folder} can't be read.`, {
      cause,
    })
  }
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const sql = await readScript(folder, name)
  const unix = sql.replaceAll('\r\n', '\n')
  return { name, sql, checksums: [sha256(sql), sha256(unix), sha256(unix.replaceAll('\n', '\r\n'))] }
}

async function readScript(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name, 'migration.sql'), 'utf8')
  } catch (cause) {
    throw new DatabaseFault(
      'MIGRATION_FOLDER_MISSING',
      `The migration ${name} has no migration.sql in ${folder}.`,
      { cause },
    )
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
