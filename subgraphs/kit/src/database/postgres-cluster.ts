/** Makes the cluster inside a data folder when there is none, all of it or nothing. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseLimits } from './config.ts'
import { DatabaseFault } from './errors.ts'
import { isReachable, noPrebuilt, type PostgresProgram } from './postgres-program.ts'

export interface PostgresCluster {
  /** Where the files are. */
  readonly folder: string
  /** What the server is told: its own working folder when it may not pass through the folders above. */
  readonly folderForServer: string
}

interface ClusterOptions {
  readonly durable: boolean
  readonly signal?: AbortSignal | undefined
}

const draftPrefix = 'initdb-'

/** The caller owns the data folder: whatever an earlier, killed process left half done is thrown away. */
export async function prepareCluster(
  dataDir: string,
  program: PostgresProgram,
  options: ClusterOptions,
): Promise<PostgresCluster> {
  const folder = join(await realpath(dataDir), 'cluster')
  for (const name of await readdir(dataDir)) {
    if (name.startsWith(draftPrefix)) await removeDraft(join(dataDir, name))
  }
  if (existsSync(join(folder, 'PG_VERSION'))) await checkVersion(folder, program)
  else await createCluster(folder, program, options)
  return { folder, folderForServer: folderForServer(folder, program) }
}

async function removeDraft(draft: string): Promise<void> {
  const { draftRemovalTriesMax, draftRemovalPauseMs } = databaseLimits
  // What can't be removed now is in nobody's way, and goes at the next start.
  await rm(draft, {
    recursive: true,
    force: true,
    maxRetries: draftRemovalTriesMax,
    retryDelay: draftRemovalPauseMs,
  }).catch(() => {})
}

async function checkVersion(folder: string, program: PostgresProgram): Promise<void> {
  const version = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim()
  if (version === program.versionMajor) return
  throw new DatabaseFault(
    'DATA_FOLDER_OTHER_VERSION',
    `${folder} was written by PostgreSQL ${version}, this is ${program.versionMajor}: dump and restore it, or use another data folder.`,
  )
}

async function createCluster(
  folder: string,
  program: PostgresProgram,
  options: ClusterOptions,
): Promise<void> {
  const dataDir = join(folder, '..')
  const draft = join(dataDir, `${draftPrefix}${randomUUID()}`)
  await mkdir(draft, { mode: 0o700 })
  if (program.runAs) await chown(draft, program.runAs.uid, program.runAs.gid)
  try {
    await runInitdb(draft, program, options)
    // Fails when somebody put files of another kind there: we don't know what they are, so we don't delete them.
    await rename(draft, folder)
    if (options.durable) await syncFolder(dataDir)
  } catch (error) {
    await removeDraft(draft)
    if (error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY') {
      throw new DatabaseFault(
        'POSTGRES_START_FAILED',
        `${folder} holds files but no complete PostgreSQL cluster: move it away.`,
      )
    }
    throw error
  }
}

async function runInitdb(
  draft: string,
  program: PostgresProgram,
  { durable, signal }: ClusterOptions,
): Promise<void> {
  const args = [
    '-D',
    folderForServer(draft, program),
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
  ]
  const child = spawn(program.initdb, [...args, '--no-instructions', ...(durable ? [] : ['--no-sync'])], {
    ...program.runAs,
    cwd: draft,
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const giveUp = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', giveUp)
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const status = await new Promise<number | null>((done, fail) => {
    child.once('error', (error) => fail(describeSpawnFault(error, program)))
    child.once('close', done)
  }).finally(() => signal?.removeEventListener('abort', giveUp))
  signal?.throwIfAborted()
  if (status === 0) return
  if (output.includes('No space left on device')) {
    throw new DatabaseFault(
      'DATA_FOLDER_DISK_FULL',
      `The disk of the data folder ${join(draft, '..')} is full.`,
    )
  }
  if (output.includes('could not look up effective user ID')) {
    const id = program.runAs?.uid ?? process.getuid?.()
    throw new DatabaseFault(
      'POSTGRES_START_FAILED',
      `PostgreSQL needs a name for the user that runs it: give user id ${id} an entry in /etc/passwd, or set DATABASE_URL.`,
    )
  }
  throw new DatabaseFault(
    'POSTGRES_START_FAILED',
    `The PostgreSQL cluster could not be made: ${output.trim().split('\n').at(-1) ?? status}`,
  )
}

/** What it means that a program which is there doesn't start. */
export function describeSpawnFault(error: Error, program: PostgresProgram): Error {
  const code = 'code' in error ? error.code : ''
  // The file is there, but not the loader that it names: a glibc program on musl.
  if (code === 'ENOENT' && existsSync(program.postgres))
    return noPrebuilt(`${process.platform}-${process.arch} without glibc`, error)
  if (code !== 'EPERM' && code !== 'EACCES') return error
  return new DatabaseFault(
    'POSTGRES_START_FAILED',
    `PostgreSQL could not be started as another user than root (${code}): run Souk as an ordinary user.`,
    {
      cause: error,
    },
  )
}

/**
 * As root the server runs as nobody, who can't pass through, say, a home folder with mode 0700. It needs no path, though:
 * it is started inside its folder, and Linux lets a process reach its own working folder whatever lies above.
 */
function folderForServer(folder: string, { runAs }: PostgresProgram): string {
  if (runAs === undefined || isReachable(join(folder, '..'), runAs)) return folder
  if (existsSync('/proc/self/cwd')) return '/proc/self/cwd'
  throw new DatabaseFault(
    'DATA_FOLDER_NOT_WRITABLE',
    `PostgreSQL can't run as root, and no other user can reach ${folder}: run Souk as an ordinary user.`,
  )
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}
