/** Runs something until a signal asks it to stop, then lets it finish; a second signal does not wait. */
import { catchStrayErrors, type StrayErrors } from '@souk/contracts'

export type Running = { readonly close: () => Promise<void> }

// Ctrl-C reaches every process of the terminal's group, and npm and the bootstrap pass it on as well: one wish to stop
// arrives up to three times. Later than this it is a second wish.
const sameWishMs = 1_000

export async function untilStopped(
  start: (signal: AbortSignal) => Promise<Running>,
  logger: StrayErrors['logger'],
): Promise<void> {
  const starting = new AbortController()
  const stopped = Promise.withResolvers<void>()
  let firstAtMs: number | undefined
  const onSignal = (): void => {
    firstAtMs ??= performance.now()
    if (starting.signal.aborted) {
      if (performance.now() - firstAtMs > sameWishMs) process.exit(1)
      return
    }
    starting.abort(new Error('Stopped while starting.'))
    stopped.resolve()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  let running: Running | undefined
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => await (closed ??= running?.close())
  const leave = catchStrayErrors({ logger, stop: close })
  try {
    running = await start(starting.signal)
    await stopped.promise
    await close()
  } finally {
    leave()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}
