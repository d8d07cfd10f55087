/** A lock file that lets one process at a time install or generate, and that a killed holder doesn't leave shut. */
import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { execFileSync } from 'node:child_process'

const pollMs = 100

/**
 * Runs the work while holding the lock. Waits for as long as the holder lives: an install on a slow line may take minutes.
 * @template T
 * @param {string} file
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withFileLock(file, work) {
  mkdirSync(dirname(file), { recursive: true })
  const mine = `${process.pid} ${processStart(process.pid)} ${randomUUID()}`
  while (!tryTake(file, mine)) {
    dropWhenStale(file)
    await new Promise((done) => setTimeout(done, pollMs))
  }
  const release = () => {
    if (readQuietly(file) === mine) rmSync(file, { force: true })
  }
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

/** Written aside and linked into place, so that nobody ever reads a lock that is still empty. */
function tryTake(/** @type {string} */ file, /** @type {string} */ content) {
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, content)
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Moved away before it is deleted: of two that find it stale, the slower one may have caught a fresh lock, and puts it back. */
function dropWhenStale(/** @type {string} */ file) {
  const seen = readQuietly(file)
  if (seen === undefined || isHeld(seen)) return
  const aside = `${file}.${randomUUID()}`
  try {
    renameSync(file, aside)
    if (readQuietly(aside) !== seen) linkSync(aside, file)
  } catch {
    // Somebody else was quicker; the next round looks again.
  } finally {
    rmSync(aside, { force: true })
  }
}

function isHeld(/** @type {string} */ content) {
  const [pid, start] = content.split(' ')
  return start !== '' && processStart(Number(pid)) === start
}

/** The start time tells a holder from a later process that was given the same id. */
function processStart(/** @type {number} */ pid) {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').split(' ')[20] ?? ''
    if (process.platform === 'win32') return process.kill(pid, 0) ? 'alive' : ''
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .replaceAll(' ', '_')
  } catch {
    return ''
  }
}

function readQuietly(/** @type {string} */ file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
