/** How long answers may go on coming: until nobody reads them, the gateway stops, or the token that they were asked with expires. */
import type { Clock } from '../clock.ts'
import { gatewayFault, refuseRequest } from '../errors.ts'
import { timerMsLimit } from '../setting.ts'

export type StreamLife = {
  /** Nobody reads any more. What makes the answers ends with it. */
  readonly over: AbortSignal
  /** What has no end of its own is to end now; the reason is for the client. */
  readonly stopped: AbortSignal
  readonly end: () => void
}

export type StreamLifeOptions = {
  /** Fires when the client went away. */
  readonly gone: AbortSignal
  /** Fires when the gateway is stopping. */
  readonly closing: AbortSignal | undefined
  readonly expiresAt: Date | undefined
  readonly clock: Clock
}

export function beginStreamLife({ gone, closing, expiresAt, clock }: StreamLifeOptions): StreamLife {
  const over = new AbortController()
  const stopped = new AbortController()
  const onGone = (): void => over.abort(gone.reason)
  const onClosing = (): void => stopped.abort(gatewayFault('GW_NOT_READY', 'The gateway is stopping.'))
  const cancel = atTime(expiresAt, clock, () =>
    stopped.abort(refuseRequest('GW_BAD_TOKEN', 'The token has expired.')),
  )
  if (gone.aborted) onGone()
  else gone.addEventListener('abort', onGone, { once: true })
  if (closing?.aborted === true) onClosing()
  else closing?.addEventListener('abort', onClosing, { once: true })
  return {
    over: over.signal,
    stopped: stopped.signal,
    end() {
      cancel()
      gone.removeEventListener('abort', onGone)
      closing?.removeEventListener('abort', onClosing)
      over.abort(new Error('The stream has ended.'))
    },
  }
}

/** Calls back at a time of day; what it returns cancels that. */
export function atTime(time: Date | undefined, clock: Clock, callback: () => void): () => void {
  if (time === undefined) return () => undefined
  let timer: NodeJS.Timeout
  const arm = (): void => {
    const msLeft = time.getTime() - clock.now().getTime()
    if (msLeft <= 0) return callback()
    timer = setTimeout(arm, Math.min(msLeft, timerMsLimit))
    timer.unref()
  }
  timer = setTimeout(arm, 0)
  timer.unref()
  return () => clearTimeout(timer)
}
