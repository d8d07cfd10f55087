/** Processes of the benchmark: started on a core of their own, known by pid, their CPU time read from the system, and ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'

export type Started = { readonly pid: number; readonly firstLine: string; readonly stop: () => Promise<void> }

export type StartOptions = {
  /** The core that it is pinned to, where the system can. */
  readonly core: number
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Resolves with the first line that it writes. */
export async function start(command: readonly string[], { core, env, cwd }: StartOptions): Promise<Started> {
  const [file = '', ...args] = canPin ? ['taskset', '-c', String(core), ...command] : command
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  })
  const firstLine = await firstLineOf(child)
  return { pid: child.pid ?? 0, firstLine, stop: () => stop(child) }
}

async function firstLineOf(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let out = ''
  let errors = ''
  child.stdout?.on('data', (chunk) => {
    out += String(chunk)
    if (out.includes('\n')) resolve(out.split('\n')[0] ?? '')
  })
  child.stderr?.on('data', (chunk) => (errors = (errors + String(chunk)).slice(-2_000)))
  child.once('exit', (code) =>
    reject(new Error(`It ended with ${code} before it was ready: ${errors}${out.slice(-2_000)}`)),
  )
  child.once('error', reject)
  return await promise
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
  await ended
  clearTimeout(timer)
}

const canPin = existsSync('/usr/bin/taskset')

// Linux counts a process's time in hundredths of a second.
const ticksPerSecond = 100

/** Seconds of CPU, of all its threads and of the children that it waited for. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / ticksPerSecond
}

export function residentMb(pid: number): number {
  const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kb) / 1024)
}

export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
