/** Makes one process the owner of a data folder, for exactly as long as that process lives. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DataFolderInUseError } from './errors.ts'

const sqliteBusy = 5

/**
 * Takes the folder, or throws DataFolderInUseError. Call the result to give it back.
 *
 * The lock is the one of an SQLite file: the operating system holds it and drops it when the process dies, however it
 * dies. A file with a process id can't do that: the id may be given to another process, or mean nothing in this container.
 */
export function lockDataFolder(dataDir: string): () => void {
  const ownerFile = join(dataDir, 'owner')
  const lock = new DatabaseSync(join(dataDir, 'owner.lock'))
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    throw new DataFolderInUseError(
      `The data folder ${dataDir} is in use by process ${readOwner(ownerFile)}: stop it, or use another folder.`,
    )
  }
  writeFileSync(ownerFile, `${process.pid}\n`)
  return () => {
    if (lock.isOpen) lock.close()
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy

function readOwner(ownerFile: string): string {
  try {
    return readFileSync(ownerFile, 'utf8').trim()
  } catch {
    return 'of an unknown id'
  }
}
