/** Runs long planning in a thread: one operation at a time, each with a time limit; a thread that exceeds it is ended. */
import { Worker } from 'node:worker_threads'
import { isObjectType, print } from 'graphql'
import { gatewayFault } from '../errors.ts'
import { CannotPlan, type CannotPlanBecause, type PlanLimits } from '../planner/cannot-plan.ts'
import type { PlanPasses } from '../planner/make-plan.ts'
import type { PlanInput, Planned } from '../planner/plan-query.ts'
import type { Supergraph } from '../supergraph/supergraph.ts'

export type PlanningThread = {
  readonly plan: (input: PlanInput) => Promise<Planned>
  readonly close: () => Promise<void>
}

/** What a thread is started with. */
export type PlanningGraph = Pick<Supergraph, 'sdl' | 'publicSdl' | 'fieldSetNames'> & {
  readonly limits: PlanLimits
  readonly passes: PlanPasses
}

export type PlanningJob = {
  readonly document: string
  readonly operationName: string | undefined
  /** Fields that the viewer may not read, as `Type.field`. */
  readonly denied: readonly string[]
}

export type PlanningOutcome =
  | Planned
  | { readonly cannotPlan: string; readonly because: CannotPlanBecause }
  | { readonly fault: string }

type Options = {
  readonly limits: PlanLimits
  readonly passes: PlanPasses
  readonly planMsMax: number
  readonly planQueueMax: number
}

/** The thread starts with the first job: most graphs and clients never need one. */
export function startPlanningThread(
  { sdl, publicSdl, fieldSetNames }: Supergraph,
  { limits, passes, planMsMax, planQueueMax }: Options,
): PlanningThread {
  const graph: PlanningGraph = { sdl, publicSdl, fieldSetNames, limits, passes }
  let worker: Worker | undefined
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let isClosed = false

  return {
    async plan(input) {
      if (waiting >= planQueueMax)
        throw gatewayFault('GW_OVERLOADED', `${waiting} operations are waiting to be planned.`)
      const job = jobOf(input)
      waiting += 1
      const turn = last.then(() => run(job))
      last = turn.catch(() => undefined)
      try {
        return readOutcome(await turn)
      } finally {
        waiting -= 1
      }
    },
    async close() {
      isClosed = true
      await worker?.terminate()
    },
  }

  async function run(job: PlanningJob): Promise<PlanningOutcome> {
    if (isClosed) throw gatewayFault('GW_NOT_READY', 'The gateway is stopping.')
    const thread = (worker ??= startWorker(graph))
    const { promise, resolve } = Promise.withResolvers<PlanningOutcome>()
    const onError = (error: Error): void => end({ fault: error.message })
    const timer = setTimeout(
      () => end({ cannotPlan: `Planning takes longer than ${planMsMax} ms.`, because: 'overLimit' }),
      planMsMax,
    )
    thread.once('message', resolve)
    thread.once('error', onError)
    thread.once('exit', onExit)
    thread.postMessage(job)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      thread.off('message', resolve).off('error', onError).off('exit', onExit)
    }

    function onExit(): void {
      end({ fault: 'The planning thread ended.' })
    }

    function end(outcome: PlanningOutcome): void {
      worker = undefined
      void thread.terminate()
      resolve(outcome)
    }
  }
}

function startWorker(graph: PlanningGraph): Worker {
  const worker = new Worker(new URL('./planning-worker.ts', import.meta.url), {
    workerData: graph,
    resourceLimits: { stackSizeMb: 32, maxOldGenerationSizeMb: 1_024 },
  })
  worker.unref()
  return worker
}

function jobOf({ context, document, operation, isAllowed }: PlanInput): PlanningJob {
  const denied = Object.values(context.schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__')
      ? Object.keys(type.getFields()).flatMap((name) =>
          isAllowed(type.name, name) ? [] : [`${type.name}.${name}`],
        )
      : [],
  )
  return { document: print(document), operationName: operation.name?.value, denied }
}

function readOutcome(outcome: PlanningOutcome): Planned {
  if ('plan' in outcome) return outcome
  if ('cannotPlan' in outcome) throw new CannotPlan(outcome.cannotPlan, outcome.because)
  throw gatewayFault('GW_PLAN_FAILED', outcome.fault)
}
