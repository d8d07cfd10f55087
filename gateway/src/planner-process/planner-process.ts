/** Runs the planner in a process of its own: a query that kills it fails alone, and the process is started again. */
import { setTimeout as sleep } from 'node:timers/promises'
import { gatewayFault } from '../errors.ts'
import { type BoundedMap, boundedMap } from '../planner/bounded-map.ts'
import type { AskPlanner } from '../planner/plan-query.ts'
import { forkPlanner, PlannerEnded, type PlannerFork } from './planner-fork.ts'

export type PlannerLimits = {
  readonly planTimeoutMsMax: number
  readonly planQueueMax: number
  /** How many queries that killed the planner are remembered. */
  readonly planCrashesRememberedMax: number
}

export type PlannerProcess = {
  readonly ask: AskPlanner
  readonly isUp: () => boolean
  readonly pid: () => number | undefined
  /** Resolves once the supergraph is loaded. */
  readonly started: () => Promise<void>
  readonly close: () => Promise<void>
}

export function startPlannerProcess(supergraphSdl: string, limits: PlannerLimits): PlannerProcess {
  const state: State = {
    supergraphSdl,
    limits,
    queue: [],
    crashes: boundedMap({ sizeMax: limits.planCrashesRememberedMax }),
    current: forkPlanner(supergraphSdl),
    isWorking: false,
    isClosed: false,
  }
  void keepRunning(state)
  return {
    ask: (operation) => ask(state, operation),
    isUp: () => state.current.isUp(),
    pid: () => state.current.pid,
    started: () => state.current.loaded,
    async close() {
      state.isClosed = true
      for (const job of state.queue.splice(0)) job.reject(stopping())
      state.current.kill()
      await state.current.ended
    },
  }
}

type Job = {
  readonly operation: string
  readonly resolve: (plan: unknown) => void
  readonly reject: (error: unknown) => void
}

type State = {
  readonly supergraphSdl: string
  readonly limits: PlannerLimits
  readonly queue: Job[]
  readonly crashes: BoundedMap<number>
  current: PlannerFork
  isWorking: boolean
  isClosed: boolean
}

async function ask(state: State, operation: string): Promise<unknown> {
  const { limits, queue, crashes } = state
  if (state.isClosed) throw stopping()
  if ((crashes.get(operation) ?? 0) >= strikesMax) {
    throw gatewayFault('GW_PLAN_FAILED', 'This operation ended the planner before.')
  }
  if (queue.length >= limits.planQueueMax) {
    throw gatewayFault('GW_PLANNER_BUSY', `${queue.length} operations wait to be planned.`)
  }
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  queue.push({ operation, resolve, reject })
  void work(state)
  return await promise
}

// One operation is in the process at a time, so whatever ends it is known by name.
async function work(state: State): Promise<void> {
  if (state.isWorking) return
  state.isWorking = true
  // The last look at the queue and the end of the work are one step, or a query that comes in between would wait forever.
  while (state.queue.length > 0) {
    const job = await nextJob(state)
    if (job !== undefined) await plan(state, job)
  }
  state.isWorking = false
}

async function nextJob(state: State): Promise<Job | undefined> {
  const { current } = state
  try {
    if (state.queue.length > 0) await current.loaded
  } catch (error) {
    for (const job of state.queue.splice(0)) {
      job.reject(
        state.isClosed
          ? stopping()
          : gatewayFault('GW_PLANNER_BUSY', 'The planner process does not stay up.', error),
      )
    }
  }
  return state.queue.shift()
}

async function plan(state: State, { operation, resolve, reject }: Job): Promise<void> {
  const { current, limits, crashes } = state
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    current.kill()
  }, limits.planTimeoutMsMax)
  try {
    resolve(await current.plan(operation))
  } catch (error) {
    if (!(error instanceof PlannerEnded)) return reject(error)
    if (state.isClosed) return reject(stopping())
    // Whoever kills the process from outside may not mean the query that was in it: that takes two strikes.
    const isOutside = !isLate && (error.signal === 'SIGKILL' || error.signal === 'SIGTERM')
    crashes.set(operation, (crashes.get(operation) ?? 0) + (isOutside ? 1 : strikesMax))
    reject(
      isLate
        ? gatewayFault('GW_PLAN_TIMEOUT', `Planning took longer than ${limits.planTimeoutMsMax} ms.`)
        : gatewayFault('GW_PLAN_FAILED', error.message),
    )
    // The next one in the queue waits for the new process, which `keepRunning` starts.
    await current.ended
    await sleep(0)
  } finally {
    clearTimeout(timer)
  }
}

async function keepRunning(state: State): Promise<void> {
  for (;;) {
    const startedAtMs = performance.now()
    await state.current.ended
    if (state.isClosed) return
    // A process that ends as soon as it starts is broken and not unlucky: don't spin.
    if (performance.now() - startedAtMs < livedMsLeast && !(await hasLoaded(state.current)))
      await sleep(restartDelayMs)
    if (state.isClosed) return
    state.current = forkPlanner(state.supergraphSdl)
  }
}

const hasLoaded = async (fork: PlannerFork): Promise<boolean> =>
  await fork.loaded.then(
    () => true,
    () => false,
  )

const stopping = (): Error => gatewayFault('GW_NOT_READY', 'The gateway is stopping.')

const strikesMax = 2
const livedMsLeast = 1_000
const restartDelayMs = 1_000
