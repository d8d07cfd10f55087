/** Runs something until a signal asks it to stop, then lets it finish; a second signal does not wait. */

export type Running = { readonly close: () => Promise<void> }

export async function untilStopped(start: (signal: AbortSignal) => Promise<Running>): Promise<void> {
  const starting = new AbortController()
  const stopped = Promise.withResolvers<void>()
  const onSignal = (): void => {
    if (starting.signal.aborted) process.exit(1)
    starting.abort(new Error('Stopped while starting.'))
    stopped.resolve()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    const running = await start(starting.signal)
    await stopped.promise
    await running.close()
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}
