/** Reads a file that the command line names. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ClientError } from '@souk/contracts'

export type FoundFile = { readonly path: string; readonly text: string }

// npm runs a script in the package's folder, and tells in INIT_CWD where it was called.
export async function findFile(name: string, calledIn = '.'): Promise<FoundFile> {
  if (name === '')
    throw new ClientError('GW_CONFIG_INVALID', 'An option that takes the name of a file was given none.')
  for (const path of [resolve(name), resolve(calledIn, name)]) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text !== undefined) return { path, text }
  }
  throw new ClientError('GW_CONFIG_INVALID', `The file ${name} can't be read.`)
}
