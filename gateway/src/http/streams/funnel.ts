/** Several writers hand what they have to one reader, each waiting until its own is taken: nothing piles up between them. */

export type Funnel<Item> = {
  /** Resolves once the item is taken, or nobody will take it any more. */
  readonly put: (item: Item) => Promise<void>
  /** What was put before is still read; then the reading ends. */
  readonly close: () => void
  /** Nobody reads any more. */
  readonly abandon: () => void
  readonly items: AsyncIterable<Item>
}

export function createFunnel<Item>(): Funnel<Item> {
  // One for each writer at most: a writer that waits has nothing else to put.
  const waiting: { readonly item: Item; readonly taken: () => void }[] = []
  let isClosed = false
  let isAbandoned = false
  let wake = (): void => undefined
  return { put, close, abandon, items: { [Symbol.asyncIterator]: () => ({ next }) } }

  async function put(item: Item): Promise<void> {
    if (isClosed || isAbandoned) return
    await new Promise<void>((taken) => {
      waiting.push({ item, taken })
      wake()
    })
  }

  function close(): void {
    isClosed = true
    wake()
  }

  function abandon(): void {
    isAbandoned = true
    for (const { taken } of waiting.splice(0)) taken()
    wake()
  }

  async function next(): Promise<IteratorResult<Item, undefined>> {
    for (;;) {
      const first = waiting.shift()
      if (first !== undefined) {
        first.taken()
        return { done: false, value: first.item }
      }
      if (isClosed || isAbandoned) return { done: true, value: undefined }
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
}
