/** Answers that can be left while the next one is waited for: a generator alone would hear of it only when that has come. */

export function leavable<Item>(reading: AsyncIterator<Item>, leave: () => void): AsyncIterableIterator<Item> {
  return {
    next: () => reading.next(),
    async return() {
      leave()
      await reading.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
