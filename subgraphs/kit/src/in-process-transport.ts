/** The embedded adapter: a call to a subgraph in the same process, with the same deadline and abort as over HTTP. */
import { Fault, type Transport } from '@souk/contracts'

export function inProcessTransport(
  execute: Transport['execute'],
  subscribe?: NonNullable<Transport['subscribe']>,
): Transport {
  let open = true
  return {
    execute: (request, signal) => {
      if (!open) return Promise.reject(new Fault('SUBGRAPH_UNAVAILABLE', 'The subgraph has been closed.'))
      return withAbort(execute(request, signal), signal)
    },
    // It ends with the subgraph, which says so to its readers.
    ...(subscribe && { subscribe, tellsState: true }),
    ready: async () => open,
    close: async () => void (open = false),
  }
}

/** Rejects when the signal fires, even if the work doesn't look at it: over HTTP the socket would be closed too. */
function withAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(deadlineFault(signal))
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(deadlineFault(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

const deadlineFault = (signal: AbortSignal): Fault =>
  new Fault('DEADLINE_EXCEEDED', 'The subgraph did not answer in time.', { cause: signal.reason })
