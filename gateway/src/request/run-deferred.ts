/** Runs an operation with deferred fragments: the first answer as soon as it can be given, the rest in parts as they come. */
import type { DeferredPlace } from '../executor/compile-projection.ts'
import type { Execution, FetchRecord } from '../executor/execution.ts'
import type { JsonObject } from '../executor/json-object.ts'
import { createPlaceErrors } from '../executor/place-errors.ts'
import { type AnswerError, reportUnplaced } from '../executor/projection-errors.ts'
import type { Group } from '../planner/deferred.ts'
import type { FetchInput } from './06-fetch-and-merge.ts'
import { introspected, type ProjectInput } from './07-project.ts'
import type { Answer, Answered, AnswerExtensions, LaterAnswers, LaterPart, PendingPart } from './answer.ts'
import { leavable } from './leavable.ts'
import type { CompiledDeferral, CompiledOperation } from './operation.ts'

export type DeferredRun = {
  readonly operation: Pick<CompiledOperation, 'introspect'>
  readonly deferral: CompiledDeferral
  readonly fetching: FetchInput
  readonly projecting: ProjectInput
  /** Called once, when nothing is left to fetch. What it gives goes with the last part. */
  readonly onEnd: (ended: EndedRun) => Promise<AnswerExtensions>
}

export type EndedRun = {
  readonly data: JsonObject
  readonly fetches: readonly FetchRecord[]
  readonly errors: number
}

/** One answer where no object has a deferred fragment. */
export async function runDeferred(run: DeferredRun): Promise<Answered> {
  const { deferral, fetching } = run
  const leaving = new AbortController()
  const fetches: FetchRecord[] = []
  const execution: Execution = {
    ...fetching,
    signal: AbortSignal.any([fetching.signal, leaving.signal]),
    data: {},
    errors: createPlaceErrors(),
    onFetch: (fetch) => void fetches.push(fetch),
  }
  const merging = Promise.withResolvers<void>()
  const started = deferral.start(execution, merging.promise)
  // Each part is waited for in its turn; until then nobody else looks after what fails.
  started.all.catch(() => undefined)
  const running: Running = { run, execution, started, leaving, fetches, answered: noneAnswered() }
  try {
    await started.first
    const { answer: initial, places } = projectFirst(running)
    merging.resolve()
    if (places.length === 0) leaving.abort()
    else {
      const pending = places.map((place) => awaitedAt(running, place))
      // Whoever leaves ends what is still being fetched.
      const later = leavable(laterAnswers(running, pending), () => leaving.abort())
      return { kind: 'incremental', initial, pending: pending.map(told), later }
    }
    const extensions = await end(running)
    return { kind: 'answer', answer: { ...initial, ...(hasAny(extensions) && { extensions }) } }
  } catch (error) {
    leaving.abort()
    merging.resolve()
    throw error
  }
}

type Running = {
  readonly run: DeferredRun
  readonly execution: Execution
  readonly started: ReturnType<CompiledDeferral['start']>
  readonly leaving: AbortController
  readonly fetches: readonly FetchRecord[]
  readonly answered: Said
}

/** What all answers so far have said. */
type Said = { readonly reported: Set<unknown>; readonly lost: Set<object>; errors: number; promised: number }

const noneAnswered = (): Said => ({ reported: new Set(), lost: new Set(), errors: 0, promised: 0 })

/** A deferred fragment at one place, with the number that it is promised by. */
type Awaited = DeferredPlace & { readonly id: string }

const awaitedAt = ({ answered }: Running, place: DeferredPlace): Awaited => ({
  ...place,
  id: `${answered.promised++}`,
})

const told = ({ id, path, label }: Awaited): PendingPart => ({ id, path, label })

const hasAny = (extensions: AnswerExtensions): boolean => Object.keys(extensions).length > 0

type Projected = { readonly answer: Answer; readonly places: readonly DeferredPlace[] }

function projectFirst(running: Running): Projected {
  const { operation, deferral, projecting } = running.run
  const described = introspected(operation, projecting)
  return projectOne(running, described.data, (run, errors) => {
    const data = deferral.project(run, running.execution.data)
    // All that went wrong so far was not deferred.
    reportUnplaced(run)
    for (const [cause] of run.placed.unplaced()) running.answered.reported.add(cause)
    errors.push(...described.errors)
    return data
  })
}

type PartRun = Parameters<DeferredPlace['project']>[0]

/** Each part says of itself what went wrong in it, be it said in another one or not. */
function projectOne(
  { run, execution, answered }: Running,
  introspection: JsonObject,
  project: (run: PartRun, errors: AnswerError[]) => JsonObject | null,
): Projected {
  const errors: AnswerError[] = []
  const places: DeferredPlace[] = []
  const own = {
    variables: run.projecting.variables,
    placed: execution.errors,
    introspection,
    errors,
    errorsMax: Math.max(0, run.projecting.errorsMax - answered.errors),
    reported: new Set<unknown>(),
    lost: new Set<object>(),
    deferred: places,
  }
  const data = project(own, errors)
  for (const one of own.reported) answered.reported.add(one)
  for (const one of own.lost) answered.lost.add(one)
  answered.errors += errors.length
  return { answer: { data, errors }, places }
}

async function* laterAnswers(
  running: Running,
  first: readonly Awaited[],
): AsyncGenerator<LaterAnswers, void, undefined> {
  const { started, leaving } = running
  const { data: introspection } = introspected(running.run.operation, running.run.projecting)
  const waiting = new Map<Group, Promise<void>>()
  const ended = new Set<Group>()
  let pending = first
  try {
    while (pending.length > 0) {
      await Promise.race(pending.map(({ group }) => endOf(group)))
      if (leaving.signal.aborted) return
      const parts: LaterPart[] = []
      const promised: Awaited[] = []
      // What stands in a part that is given now may have ended as well.
      for (let ready = pending.filter(isEnded); ready.length > 0; ready = pending.filter(isEnded)) {
        const projected = ready.map((place) => partAt(running, place, introspection))
        parts.push(...projected.map(({ part }) => part))
        const inside = projected.flatMap(({ places }) => places.map((place) => awaitedAt(running, place)))
        promised.push(...inside)
        pending = [...pending.filter((one) => !isEnded(one)), ...inside]
      }
      if (pending.length === 0) await finish(running, parts)
      yield { parts, pending: promised.map(told), hasNext: pending.length > 0 }
    }
  } finally {
    leaving.abort()
  }

  function isEnded({ group }: DeferredPlace): boolean {
    return ended.has(group)
  }

  function endOf(group: Group): Promise<void> {
    const known = waiting.get(group) ?? started.ended(group).then(() => void ended.add(group))
    waiting.set(group, known)
    return known
  }
}

function partAt(running: Running, place: Awaited, introspection: JsonObject) {
  const { answer, places } = projectOne(running, introspection, (run) => place.project(run))
  const part: LaterPart = { ...answer, ...told(place) }
  return { part, places }
}

/** What no part shows is said with the last one. */
async function finish(running: Running, parts: LaterPart[]): Promise<void> {
  const { run, execution, started, answered } = running
  await started.all
  const errors: AnswerError[] = []
  const errorsMax = Math.max(0, run.projecting.errorsMax - answered.errors)
  const { reported, lost } = answered
  reportUnplaced({
    variables: run.projecting.variables,
    placed: execution.errors,
    introspection: {},
    errors,
    errorsMax,
    reported,
    lost,
  })
  answered.errors += errors.length
  const extensions = await end(running)
  const last = parts.pop()
  if (last !== undefined)
    parts.push({ ...last, errors: [...last.errors, ...errors], ...(hasAny(extensions) && { extensions }) })
}

async function end({ run, execution, started, fetches, answered }: Running): Promise<AnswerExtensions> {
  await started.all
  return await run.onEnd({ data: execution.data, fetches, errors: answered.errors })
}
