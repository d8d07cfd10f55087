/** Finds the PostgreSQL that another process of ours runs on a data folder, to work beside it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

// Fourth line of postmaster.pid, as PostgreSQL documents the file.
const portLine = 3

/** Its URL, or undefined if no server has written there where it listens. */
export async function findRunningPostgres(dataDir: string): Promise<string | undefined> {
  try {
    const lines = (await readFile(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')
    const port = Number(lines[portLine])
    return Number.isInteger(port) && port > 0 ? `postgresql://postgres@127.0.0.1:${port}/postgres` : undefined
  } catch {
    return undefined
  }
}
