/** How an import tells how far it is: bars on a terminal, plain lines elsewhere, nothing in tests. */
import { MultiBar, Presets } from 'cli-progress'

/** The steps of an import, as they begin and go on. */
export interface Progress {
  /** Ends the step before it. */
  begin(name: string, total: number): ProgressStep
  end(): void
}

export interface ProgressStep {
  advance(by: number): void
}

export const silentProgress: Progress = { begin: () => ({ advance: () => undefined }), end: () => undefined }

/** What progress needs of a terminal or a pipe. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean }

export const openProgress = (stream: ProgressStream): Progress =>
  stream.isTTY === true ? terminalProgress(stream) : plainProgress((line) => stream.write(`${line}\n`))

function terminalProgress(stream: ProgressStream): Progress {
  const format = '{bar} {value}/{total} {name}'
  const bars = new MultiBar(
    { stream, format, hideCursor: true, barsize: barWidth, emptyOnZero: true },
    Presets.shades_classic,
  )
  let isEnded = false
  return {
    begin: (name, total) => {
      const bar = bars.create(total, 0, { name })
      return { advance: (by) => bar.increment(by) }
    },
    end: () => {
      if (!isEnded) bars.stop()
      isEnded = true
    },
  }
}

const barWidth = 24

/** One line a step, when it is over: what a log keeps. */
export function plainProgress(write: (line: string) => void): Progress {
  let running: { readonly name: string; readonly startedAt: number; done: number } | undefined
  const finish = (): void => {
    if (running)
      write(`${running.name}: ${running.done} in ${Math.round(performance.now() - running.startedAt)} ms`)
    running = undefined
  }
  return {
    begin: (name) => {
      finish()
      const step = { name, startedAt: performance.now(), done: 0 }
      running = step
      return {
        advance: (by) => {
          step.done += by
        },
      }
    },
    end: finish,
  }
}
