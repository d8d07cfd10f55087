/** Says when a stream has ended: read to its end, failed, or left by whoever read it. */

/** A stream that nobody begins to read has to be ended by whoever made it: its `return` is called without a first step. */
export function whenRead<Item>(items: AsyncIterable<Item>, onEnd: () => void): AsyncIterableIterator<Item> {
  const reading = items[Symbol.asyncIterator]()
  let isEnded = false
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const step = await reading.next()
        if (step.done === true) end()
        return step
      } catch (error) {
        end()
        throw error
      }
    },
    async return() {
      try {
        await reading.return?.()
      } finally {
        end()
      }
      return { done: true, value: undefined }
    },
  }

  function end(): void {
    if (isEnded) return
    isEnded = true
    onEnd()
  }
}
