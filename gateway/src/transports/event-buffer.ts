/** Holds events for one reader until it takes them, up to a limit. */

export type EventBuffer<Event> = AsyncIterableIterator<Event> & {
  /** False if the reader has as many to take as are kept for it. */
  readonly push: (event: Event) => boolean
  /** Nothing comes any more. What is kept is still read, and the error after it. */
  readonly end: (error?: unknown) => void
  /** How many wait to be taken. */
  readonly size: () => number
}

export type EventBufferOptions = {
  readonly eventsMax: number
  /** The reader stopped. Not called for a buffer that was ended. */
  readonly onLeave: () => void
}

export function eventBuffer<Event>({ eventsMax, onLeave }: EventBufferOptions): EventBuffer<Event> {
  const events: Event[] = []
  let ending: { readonly error: unknown } | undefined
  let waiting: PromiseWithResolvers<IteratorResult<Event>> | undefined

  return {
    push(event) {
      if (ending !== undefined) return true
      const waiter = waiting
      waiting = undefined
      if (waiter !== undefined) waiter.resolve({ done: false, value: event })
      else if (events.length >= eventsMax) return false
      else events.push(event)
      return true
    },
    end(error) {
      ending ??= { error }
      const waiter = waiting
      waiting = undefined
      if (waiter !== undefined) conclude().then(waiter.resolve, waiter.reject)
    },
    size: () => events.length,
    next() {
      if (events.length > 0) return Promise.resolve({ done: false, value: events.shift() as Event })
      if (ending !== undefined) return conclude()
      waiting ??= Promise.withResolvers()
      return waiting.promise
    },
    return() {
      if (ending === undefined) onLeave()
      ending = { error: undefined }
      events.length = 0
      waiting?.resolve(over)
      waiting = undefined
      return Promise.resolve(over)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }

  /** The error is told once. */
  function conclude(): Promise<IteratorResult<Event>> {
    const error = ending?.error
    ending = { error: undefined }
    return error === undefined ? Promise.resolve(over) : Promise.reject(error)
  }
}

const over = { done: true, value: undefined } as const
