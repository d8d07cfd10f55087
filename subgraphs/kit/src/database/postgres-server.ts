/** Runs one PostgreSQL server as a child process: start, wait until it accepts connections, stop. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { databaseLimits } from './config.ts'
import { DatabaseFault } from './errors.ts'
import { describeSpawnFault, type PostgresCluster } from './postgres-cluster.ts'
import type { PostgresProgram } from './postgres-program.ts'

export interface PostgresServer {
  readonly pid: number
  readonly port: number
  /** Called once if the server ends without having been told to, with its last lines. */
  onUnexpectedEnd(listener: (logTail: string) => void): void
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly program: PostgresProgram
  readonly cluster: PostgresCluster
  readonly port: number | undefined
  readonly connectionsMax: number
  readonly durable: boolean
  readonly signal: AbortSignal | undefined
}

type ServerProcess = ChildProcessByStdio<null, null, Readable>

const sharedMemoryPollMs = 100

export async function startServer(options: ServerOptions): Promise<PostgresServer> {
  const deadline = Date.now() + databaseLimits.postgresStartMs
  for (let attempt = 1; ;) {
    const port = options.port ?? (await findFreePort())
    const started = await tryStart(port, options)
    if (started.server) return started.server
    // Backends of a killed predecessor notice within a moment that it is gone.
    const isWorthWaiting = started.log.includes('shared memory block') && Date.now() < deadline
    const isPortTaken = started.log.includes('could not bind')
    if (isPortTaken && (options.port !== undefined || ++attempt > databaseLimits.postgresPortTriesMax)) {
      throw new DatabaseFault(
        'POSTGRES_PORT_IN_USE',
        `The port ${port} of 127.0.0.1 is taken: PostgreSQL can't listen there.`,
      )
    }
    if (!isPortTaken && !isWorthWaiting) throw describeStartFault(started.log, options)
    if (isWorthWaiting) await wait(sharedMemoryPollMs, undefined, { signal: options.signal })
  }
}

/** Asks the system for one. Another process may take it before the server does, so the start is tried again. */
async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

async function tryStart(
  port: number,
  options: ServerOptions,
): Promise<{ server?: PostgresServer; log: string }> {
  options.signal?.throwIfAborted()
  const child = spawnServer(port, options)
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  let log = ''
  const ready = new Promise<boolean>((done, fail) => {
    child.once('error', (error) => fail(describeSpawnFault(error, options.program)))
    child.once('close', () => done(false))
    child.stderr.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-databaseLimits.postgresLogTailLength)
      if (log.includes('ready to accept connections')) done(true)
    })
  })
  if (!(await waitWithin(ready, child, options.signal))) {
    await ended
    options.signal?.throwIfAborted()
    return { log }
  }
  return { server: ownServer(child, { port, ended, readLog: () => log }), log }
}

function spawnServer(
  port: number,
  { program, cluster, connectionsMax, durable }: ServerOptions,
): ServerProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: String(connectionsMax),
    // A refused statement is the client's to report; only what concerns the server itself is worth a line.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return spawn(program.postgres, ['-D', cluster.folderForServer, ...args], {
    ...program.runAs,
    cwd: cluster.folder,
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own process group: Ctrl-C on the terminal would stop it while we still finish requests.
    detached: true,
  })
}

/** Whether it became ready. Ends it when it takes too long or the caller gives up. */
async function waitWithin(
  ready: Promise<boolean>,
  child: ServerProcess,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const giveUp = () => child.kill('SIGINT')
  const timer = setTimeout(giveUp, databaseLimits.postgresStartMs)
  signal?.addEventListener('abort', giveUp)
  if (signal?.aborted) giveUp()
  try {
    return await ready
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', giveUp)
  }
}

interface OwnedServer {
  readonly port: number
  readonly ended: Promise<void>
  readonly readLog: () => string
}

function ownServer(child: ServerProcess, { port, ended, readLog }: OwnedServer): PostgresServer {
  let isStopping = false
  // The last resort: process.exit() without stop(). The server then ends by itself, cleanly, a moment after us.
  const endWithUs = () => child.kill('SIGINT')
  process.once('exit', endWithUs)
  const stop = async (): Promise<void> => {
    isStopping = true
    const quit = setTimeout(() => child.kill('SIGQUIT'), databaseLimits.postgresStopMs)
    const kill = setTimeout(
      () => child.kill('SIGKILL'),
      databaseLimits.postgresStopMs + databaseLimits.postgresQuitMs,
    )
    child.kill('SIGINT')
    await ended
    for (const timer of [quit, kill]) clearTimeout(timer)
    process.off('exit', endWithUs)
  }
  return {
    pid: child.pid ?? 0,
    port,
    onUnexpectedEnd(listener) {
      void ended.then(() => {
        if (!isStopping) listener(lastLines(readLog()))
      })
    },
    stop,
  }
}

function describeStartFault(log: string, { cluster, program }: ServerOptions): DatabaseFault {
  if (log.includes('No space left on device')) {
    return new DatabaseFault(
      'DATA_FOLDER_DISK_FULL',
      `The disk of the data folder ${cluster.folder} is full.`,
    )
  }
  if (/could not (open|create|write|access)|Permission denied|has wrong ownership/.test(log)) {
    const owner = program.runAs ? ' (run as root, it drops to user 65534)' : ''
    return new DatabaseFault(
      'DATA_FOLDER_NOT_WRITABLE',
      `PostgreSQL can't use ${cluster.folder}${owner}: ${lastLines(log)}`,
    )
  }
  return new DatabaseFault(
    'POSTGRES_START_FAILED',
    `PostgreSQL did not start on ${cluster.folder}: ${lastLines(log)}`,
  )
}

/** What went wrong, without the time stamps. */
function lastLines(log: string): string {
  const lines = log
    .trim()
    .split('\n')
    .map((line) => line.replace(/^[\d-]+ [\d:.]+ \w+ \[\d+\] /, ''))
  const grave = lines.filter((line) => /^(FATAL|PANIC|HINT|DETAIL):/.test(line))
  return (grave.length > 0 ? grave : lines).slice(-3).join(' ')
}
