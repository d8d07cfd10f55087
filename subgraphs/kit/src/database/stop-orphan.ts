/** Stops the server that a killed process left behind on a data folder, so that the new owner starts its own. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { databaseLimits } from './config.ts'

const pollMs = 10

/** The caller owns the data folder, so a server that still runs on it has lost its parent. Says whether there was one. */
export async function stopOrphan(clusterFolder: string): Promise<boolean> {
  const pidFile = join(clusterFolder, 'postmaster.pid')
  if (!existsSync(pidFile)) return false
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  const wasRunning = isServerOf(pid, clusterFolder)
  if (wasRunning) await endServer(pid, clusterFolder)
  disarmPidFile(pidFile)
  return wasRunning
}

/** In this order: a clean end, an end that the next start recovers from, and an end at all. */
async function endServer(pid: number, clusterFolder: string): Promise<void> {
  const attempts = [
    { signal: 'SIGINT', patienceMs: databaseLimits.postgresStopMs },
    { signal: 'SIGQUIT', patienceMs: databaseLimits.postgresQuitMs },
    { signal: 'SIGKILL', patienceMs: databaseLimits.postgresQuitMs },
  ] as const
  for (const { signal, patienceMs } of attempts) {
    signalQuietly(pid, signal)
    const deadline = Date.now() + patienceMs
    while (isServerOf(pid, clusterFolder)) {
      if (Date.now() > deadline) break
      await wait(pollMs)
    }
    if (!isServerOf(pid, clusterFolder)) return
  }
}

/** By its working folder, which is the cluster's: a process id alone may belong to anybody by now. */
function isServerOf(pid: number, clusterFolder: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === clusterFolder
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(
      clusterFolder,
    )
  } catch {
    return false
  }
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone in the meantime, which is what we wanted.
  }
}

/**
 * PostgreSQL refuses to start while the process that the file names is alive, and that may be a stranger with a reused id.
 * Naming the server's parent-to-be instead reads as stale. Deleting the file would also take away the shared memory key by
 * which the server notices that backends of its predecessor are still at work.
 */
function disarmPidFile(pidFile: string): void {
  if (!existsSync(pidFile)) return
  const lines = readFileSync(pidFile, 'utf8').split('\n')
  writeFileSync(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'))
}
