/** Reads a stream so that it can be left while it waits: when a signal fires, and to do something when nothing came for a while. */

export type Interruption = {
  /** Any of them ends the reading at once, with its reason, even while the source is silent. */
  readonly signals: readonly AbortSignal[]
  /** After so long without an item there is a `quiet` one. */
  readonly quietMs?: number
}

export const quiet = Symbol('nothing came for a while')

export type Quiet = typeof quiet

/**
 * An async generator can't be left while it waits: `return` queues behind the item that doesn't come. So the source is told
 * that nobody reads, and nobody waits for it to hear that. One item is asked for at a time: who reads slowly is not hurried.
 */
export async function* interruptible<Item>(
  source: AsyncIterable<Item>,
  { signals, quietMs }: Interruption,
): AsyncGenerator<Item | Quiet, void, undefined> {
  const items = source[Symbol.asyncIterator]()
  let came: Came<Item> | undefined
  // One callback at a time, not a race of promises: those that never settle would collect a reaction for each item.
  let wake = (): void => undefined
  const onSignal = (): void => wake()
  let isAsked = false
  const pull = (): void => {
    came = undefined
    isAsked = true
    void settle(items).then((one) => {
      came = one
      wake()
    })
  }
  for (const signal of signals) signal.addEventListener('abort', onSignal)
  let hasEnded = false
  try {
    for (;;) {
      throwIfAborted(signals)
      if (!isAsked) pull()
      if (came === undefined) await pauseUntil((woken) => void (wake = woken), quietMs)
      throwIfAborted(signals)
      const one = came as Came<Item> | undefined
      if (one === undefined) {
        yield quiet
        continue
      }
      hasEnded = 'error' in one || one.step.done === true
      if ('error' in one) throw one.error
      if (one.step.done === true) return
      isAsked = false
      yield one.step.value
    }
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', onSignal)
    if (!hasEnded) leave(items)
  }
}

type Came<Item> = { readonly step: IteratorResult<Item, unknown> } | { readonly error: unknown }

function throwIfAborted(signals: readonly AbortSignal[]): void {
  for (const signal of signals) signal.throwIfAborted()
}

async function settle<Item>(items: AsyncIterator<Item, unknown>): Promise<Came<Item>> {
  try {
    return { step: await items.next() }
  } catch (error) {
    return { error }
  }
}

async function pauseUntil(listen: (woken: () => void) => void, quietMs: number | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve) => {
      listen(resolve)
      if (quietMs !== undefined) timer = setTimeout(resolve, quietMs)
    })
  } finally {
    clearTimeout(timer)
  }
}

// How a source ends that nobody reads any more is for the source to log.
function leave(items: AsyncIterator<unknown, unknown>): void {
  void Promise.resolve(items.return?.()).catch(() => undefined)
}
