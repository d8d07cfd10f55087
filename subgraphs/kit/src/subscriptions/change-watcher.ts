/** One reader's wait for the next change of one entity: however many come while it is busy, they are one. */
import type { Pause } from './change-listener.ts'

export type ChangeWatcher = {
  /** True when the entity has changed since the last call; false when nothing will be told any more. */
  next(): Promise<boolean>
  /** It has changed, and is to be read at once, or, with `gatherMs`, after whatever else changes in that time. */
  tell(gatherMs: number): void
}

/** It ends with the signal, and keeps one bit: nothing queues up for a reader that is slow. */
export function openChangeWatcher(signal: AbortSignal, pause: Pause): ChangeWatcher {
  let isDue = false
  let waiting: ((isDue: boolean) => void) | undefined
  let gathering: AbortController | undefined

  const settle = (): void => {
    gathering?.abort()
    gathering = undefined
    if (waiting === undefined) return
    if (isDue || signal.aborted) {
      waiting(!signal.aborted)
      waiting = undefined
      isDue = false
    }
  }
  const becomeDue = (): void => {
    isDue = true
    settle()
  }
  const gather = (gatherMs: number): void => {
    const gathered = new AbortController()
    gathering = gathered
    pause(gatherMs, gathered.signal).then(becomeDue, () => undefined)
  }
  signal.addEventListener('abort', settle, { once: true })
  return {
    next: () =>
      new Promise((resolve) => {
        waiting = resolve
        if (isDue || signal.aborted) settle()
      }),
    tell: (gatherMs) => {
      if (signal.aborted || isDue) return
      if (gatherMs === 0) becomeDue()
      else if (gathering === undefined) gather(gatherMs)
    },
  }
}
