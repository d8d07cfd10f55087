/** Events for a test to send, and what it has to know of who reads them. */
import { eventBuffer, type EventBuffer } from '../transports/event-buffer.ts'

export type TestEvents<Event> = {
  /** What a subscription's resolver returns. */
  readonly subscribe: () => EventBuffer<Event>
  readonly push: (...events: readonly Event[]) => void
  readonly end: () => void
  readonly fail: (error: Error) => void
  /** How many read, from the beginning on. */
  readonly opened: () => number
  /** Resolves as soon as so many read now. */
  readonly untilOpen: (count: number) => Promise<void>
}

export function testEvents<Event>(): TestEvents<Event> {
  const readers = new Set<EventBuffer<Event>>()
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  let opened = 0
  const tell = (): void => {
    for (const one of waiting) if (one.count === readers.size) one.resolve()
  }
  return {
    subscribe() {
      const reader: EventBuffer<Event> = eventBuffer({
        eventsMax: Number.POSITIVE_INFINITY,
        onLeave() {
          readers.delete(reader)
          tell()
        },
      })
      readers.add(reader)
      opened += 1
      tell()
      return reader
    },
    push(...events) {
      for (const event of events) for (const reader of readers) reader.push(event)
    },
    end() {
      for (const reader of readers) reader.end()
      readers.clear()
    },
    fail(error) {
      for (const reader of readers) reader.end(error)
      readers.clear()
    },
    opened: () => opened,
    async untilOpen(count) {
      if (readers.size === count) return
      await new Promise<void>((resolve) => void waiting.push({ count, resolve }))
    },
  }
}
