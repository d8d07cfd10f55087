/** Starts Souk as its users do, as processes, and watches what they say. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export type SoukProcess = {
  readonly child: ChildProcess
  /** Resolves with what the pattern matched in the output; rejects if the process ends first. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  output(): string
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | string>
}

/** `startSouk(['start'], { SOUK_PORT: '0' })` is `npm start` with a setting, without npm in between. */
export function startSouk(
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): SoukProcess {
  const child = spawn(process.execPath, ['tests/tools/run.mjs', ...command], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const watchers = new Set<() => void>()
  const hear = (text: string): void => {
    output += text
    for (const watch of watchers) watch()
  }
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 0)),
  )
  const says = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        const match = pattern.exec(output)
        if (match === null) return
        watchers.delete(watch)
        resolve(match)
      }
      watchers.add(watch)
      watch()
      void ended.then((how) => reject(new Error(`It ended (${how}) without saying ${pattern}:\n${output}`)))
    })
  return { child, says, output: () => output, ended }
}

/** Whether a process with this id exists. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
