/** Lists the files of the repository that people wrote, for the rules that look at all of them. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export type SourceFile = {
  /** From the root, with forward slashes. */
  readonly path: string
  readonly text: string
}

/** What git knows or would add, so that nothing generated, installed or ignored is among it. */
export function listFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed
    .split('\n')
    .filter((path) => path !== '' && !path.includes('generated/') && existsSync(join(root, path)))
}

export function readSources(): readonly SourceFile[] {
  return listFiles()
    .filter((path) => /\.(ts|mjs|cjs)$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}
