/** One piece of work that several may wait for. It is given up once nobody does. */

export type Flight<Answer> = {
  /** The work's answer. A caller whose signal fires is out of it, and the others are not. */
  readonly wait: (signal: AbortSignal) => Promise<Answer>
  /** Ends it for everybody. */
  readonly fail: (error: Error) => void
}

export type FlightOptions<Answer> = {
  readonly run: (signal: AbortSignal) => Promise<Answer>
  /** Once, when nobody may join any more: it is over, or was given up. */
  readonly onEnd: () => void
  /** What a caller is told whose own signal fired. Without it, such a caller hears what became of the work like all others. */
  readonly onGone?: (signal: AbortSignal) => Error
}

export function startFlight<Answer>({ run, onEnd, onGone }: FlightOptions<Answer>): Flight<Answer> {
  const abort = new AbortController()
  const waiting = new Set<Waiting<Answer>>()
  let staying = 0
  let isOver = false
  const settle = (tell: (waiting: Waiting<Answer>) => void): void => {
    end()
    for (const one of waiting) {
      one.signal.removeEventListener('abort', one.onAbort)
      tell(one)
    }
    waiting.clear()
  }
  run(abort.signal).then(
    (answer) => settle(({ resolve }) => resolve(answer)),
    (error: unknown) => settle(({ reject }) => reject(error)),
  )
  return {
    wait: (signal) =>
      new Promise((resolve, reject) => {
        const one: Waiting<Answer> = { resolve, reject, signal, onAbort: () => leave(one) }
        waiting.add(one)
        staying += 1
        if (signal.aborted) leave(one)
        else signal.addEventListener('abort', one.onAbort, { once: true })
      }),
    fail(error) {
      settle(({ reject }) => reject(error))
      abort.abort(error)
    },
  }

  function leave(one: Waiting<Answer>): void {
    staying -= 1
    if (onGone !== undefined) {
      waiting.delete(one)
      one.reject(onGone(one.signal))
    }
    if (staying > 0) return
    end()
    abort.abort(one.signal.reason)
  }

  function end(): void {
    if (isOver) return
    isOver = true
    onEnd()
  }
}

type Waiting<Answer> = {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
  readonly signal: AbortSignal
  readonly onAbort: () => void
}
