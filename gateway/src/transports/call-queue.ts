/** Lets so many calls to a subgraph run at once, and so many more wait their turn for so long. */
import { Fault } from '@souk/contracts'
import { gatewayFault } from '../errors.ts'
import type { StartTimer, StopTimer } from './timers.ts'

export type QueueLimits = {
  readonly callsMax: number
  readonly queueMax: number
  readonly queueMsMax: number
}

export type CallQueue = {
  /** Undefined if the call may go at once, which is the rule and costs no promise. Throws a `Fault` if there is no room to wait. */
  readonly enter: (signal: AbortSignal) => Promise<void> | undefined
  /** Owed by each that entered. */
  readonly leave: () => void
  readonly inFlight: () => number
  readonly waiting: () => number
}

export function createCallQueue(name: string, limits: QueueLimits, startTimer: StartTimer): CallQueue {
  const { callsMax, queueMax, queueMsMax } = limits
  // A Set keeps the order of arrival, and whoever gives up leaves from the middle.
  const queue = new Set<() => void>()
  let inFlight = 0
  return {
    enter(signal) {
      if (inFlight < callsMax) {
        inFlight += 1
        return undefined
      }
      if (queue.size >= queueMax)
        throw busy(`${inFlight} calls to ${name} are in flight and ${queue.size} wait, as many as may`)
      return waitForTurn(signal)
    },
    leave() {
      // The place goes over to the next, so that nobody who comes now is faster.
      const [next] = queue
      if (next === undefined) inFlight -= 1
      else next()
    },
    inFlight: () => inFlight,
    waiting: () => queue.size,
  }

  function waitForTurn(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let stopTimer: StopTimer = () => undefined
    const end = (settle: () => void): void => {
      queue.delete(go)
      stopTimer()
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    const go = (): void => end(resolve)
    const onAbort = (): void =>
      end(() => reject(new Fault('DEADLINE_EXCEEDED', `The call to ${name} was given up.`)))
    stopTimer = startTimer(queueMsMax, () =>
      end(() => reject(busy(`a call to ${name} waited for ${queueMsMax} ms, as long as it may`))),
    )
    signal.addEventListener('abort', onAbort, { once: true })
    queue.add(go)
    return promise
  }
}

const busy = (what: string): Fault => gatewayFault('GW_SUBGRAPH_BUSY', `${what}.`)
