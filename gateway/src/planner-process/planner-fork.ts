/** One life of the planner's process: started, loaded, asked one operation at a time, ended. */
import { fork } from 'node:child_process'
import { gatewayFault } from '../errors.ts'
import type { FromPlanner, ToPlanner } from './planner-child.ts'

export type PlannerFork = {
  readonly pid: number | undefined
  /** Rejects if the supergraph can't be loaded or the process ends before. */
  readonly loaded: Promise<void>
  readonly isUp: () => boolean
  readonly plan: (operation: string) => Promise<unknown>
  readonly kill: () => void
  readonly ended: Promise<void>
}

/** The process ended while it planned. `signal` says how. */
export class PlannerEnded extends Error {
  override readonly name = 'PlannerEnded'
  readonly signal: NodeJS.Signals | null

  constructor(signal: NodeJS.Signals | null) {
    super(`The planner process ended (${signal ?? 'exit'}).`)
    this.signal = signal
  }
}

type Waiting = { readonly resolve: (plan: unknown) => void; readonly reject: (error: Error) => void }

export function forkPlanner(supergraphSdl: string): PlannerFork {
  const childFile = new URL('./planner-child.ts', import.meta.url)
  const child = fork(childFile, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const loaded = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const waiting = new Map<number, Waiting>()
  let isUp = false
  let lastId = 0
  let hasEnded = false
  loaded.promise.catch(() => undefined)
  child.on('error', () => undefined)
  child.on('message', (message: FromPlanner) => receive(message))
  child.once('exit', (_code, signal) => end(signal))
  send({ kind: 'load', supergraphSdl })
  return {
    pid: child.pid,
    loaded: loaded.promise,
    isUp: () => isUp,
    plan,
    kill: () => void child.kill('SIGKILL'),
    ended: ended.promise,
  }

  function plan(operation: string): Promise<unknown> {
    if (hasEnded)
      return Promise.reject(gatewayFault('GW_PLANNER_BUSY', 'The planner is being started again.'))
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    lastId += 1
    waiting.set(lastId, { resolve, reject })
    send({ kind: 'plan', id: lastId, operation })
    return promise
  }

  function receive(message: FromPlanner): void {
    if (message.kind === 'loaded') {
      isUp = true
      return loaded.resolve()
    }
    if (message.kind === 'loadFailed') {
      return loaded.reject(
        gatewayFault('GW_PLAN_FAILED', `The planner could not load the supergraph: ${message.message}`),
      )
    }
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.kind === 'planned') asked?.resolve(message.plan)
    else asked?.reject(gatewayFault('GW_PLAN_FAILED', message.message))
  }

  function end(signal: NodeJS.Signals | null): void {
    isUp = false
    hasEnded = true
    const error = new PlannerEnded(signal)
    loaded.reject(error)
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
    ended.resolve()
  }

  // A message to a process that just ended is lost, and its end rejects whoever waits.
  function send(message: ToPlanner): void {
    child.send(message, () => undefined)
  }
}
