/** What nobody caught: a rejected promise is logged and the process goes on, an exception ends it in good order. */

export type StrayErrors = {
  /** pino's, or anything that takes the same. */
  readonly logger: { readonly fatal: (what: { readonly err: unknown }, message: string) => void }
  /** Stops what runs, for as long as it likes up to a limit; then the process ends with 1. */
  readonly stop: () => Promise<void>
}

// Longer than a drain takes as a rule. What an exception left half done may keep it from ever ending.
export const endMsMax = 20_000

/**
 * A promise that was rejected and forgotten is a bug of ours, and no reason to end what others are waiting for: nothing that a client
 * sends may stop the process. After an exception nobody knows what was left half done, so there the process ends, and another one starts.
 *
 * @example
 * const leave = catchStrayErrors({ logger, stop: () => server.close() })
 */
export function catchStrayErrors({ logger, stop }: StrayErrors): () => void {
  let isEnding = false
  const onRejection = (reason: unknown): void =>
    logger.fatal({ err: errorOf(reason) }, 'a promise was rejected and nobody caught it')
  const onException = (error: unknown): void => {
    logger.fatal({ err: errorOf(error) }, 'nobody caught an exception, and the process ends')
    if (isEnding) return
    isEnding = true
    setTimeout(end, endMsMax)
    void attempt(stop, logger).then(end)
  }
  process.on('unhandledRejection', onRejection)
  process.on('uncaughtException', onException)
  return () => {
    process.off('unhandledRejection', onRejection)
    process.off('uncaughtException', onException)
  }
}

const end = (): never => process.exit(1)

async function attempt(stop: StrayErrors['stop'], logger: StrayErrors['logger']): Promise<void> {
  try {
    await stop()
  } catch (error) {
    logger.fatal({ err: error }, 'and what ran could not be stopped')
  }
}

// Whatever was thrown, the log is to have a stack.
const errorOf = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(`Not an error: ${String(thrown)}`)
