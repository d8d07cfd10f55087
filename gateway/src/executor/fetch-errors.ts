/** Keeps what went wrong with a fetch at the places in the data that it explains. */
import { Fault, type SubgraphError, type SubgraphResponse } from '@souk/contracts'
import type { EntityFetchNode, EntityInput, Rename, RootFetchNode } from '../planner/query-plan.ts'
import type { Representations } from './build-representations.ts'
import type { Execution } from './execution.ts'
import type { JsonObject } from './json-object.ts'
import type { MergeProblem } from './merge-data.ts'
import type { ErrorCause } from './place-errors.ts'

export function placeRootErrors(
  execution: Execution,
  node: RootFetchNode,
  { targets, answer }: { readonly targets: readonly JsonObject[]; readonly answer: SubgraphResponse },
): void {
  const isNull = (answer.data ?? null) === null
  const withoutPlace: ErrorCause[] = []
  for (const error of answer.errors ?? []) {
    const cause = causeOf(error, node.subgraph)
    const path = pathInData(error.path ?? [], node.renames)
    if (path.length > 0) placeBelow(execution, { targets, path, writes: node.writes, isNull }, cause)
    else withoutPlace.push(cause)
  }
  explainAny(execution, withoutPlace, (cause) => failWrites(execution, { input: node, targets }, cause))
}

type EntityErrors = {
  readonly built: readonly Representations[]
  readonly answer: SubgraphResponse
}

export function placeEntityErrors(
  execution: Execution,
  node: EntityFetchNode,
  { built, answer }: EntityErrors,
): void {
  const withoutPlace: ErrorCause[] = []
  for (const error of answer.errors ?? []) {
    const cause = causeOf(error, node.subgraph)
    const [responseName, position, ...below] = error.path ?? []
    const index = node.inputs.findIndex((input) => input.responseName === responseName)
    const input = node.inputs[index]
    const targets = built[index]?.targets[Number(position)]
    if (input === undefined || targets === undefined) withoutPlace.push(cause)
    else if (below.length === 0) failWrites(execution, { input, targets }, { ...cause, isReportedOnce: true })
    else {
      const path = pathInData(below, input.renames)
      const entities = answer.data?.[input.responseName]
      const isNull = !Array.isArray(entities) || entities[Number(position)] === null
      placeBelow(execution, { targets, path, writes: input.writes, isNull }, cause)
    }
  }
  explainAny(execution, withoutPlace, (cause) => failTargets(execution, { node, built }, cause))
}

// An error of no place, or of an entity that was not asked for, may explain any null. The first of them is enough for that.
function explainAny(
  { errors }: Execution,
  causes: readonly ErrorCause[],
  explain: (cause: ErrorCause) => void,
): void {
  for (const [at, cause] of causes.entries()) {
    const whole = { ...cause, isReportedOnce: true }
    if (at === 0) explain(whole)
    errors.keepUnplaced(whole)
  }
}

type Below = {
  readonly targets: readonly JsonObject[]
  readonly path: readonly (string | number)[]
  readonly writes: readonly string[]
  /** The error took the whole object. */
  readonly isNull: boolean
}

function placeBelow(
  { errors }: Execution,
  { targets, path, writes, isNull }: Below,
  cause: ErrorCause,
): void {
  const others = isNull ? writes.filter((name) => name !== path[0]) : []
  for (const target of targets) for (const name of others) errors.placeBeside(target, name, { cause, path })
  const isShown = targets.map((target) => errors.place(target, path, cause)).includes(true)
  if (!isShown || !writes.includes(String(path[0]))) errors.keepUnplaced(cause, { targets, path })
}

/** A subgraph's path, by the names that data has. */
function pathInData(
  path: readonly (string | number)[],
  renames: readonly Rename[],
): readonly (string | number)[] {
  if (renames.length === 0) return path
  const names = new Map<string | number, string>()
  for (const rename of renames) {
    const answered = rename.path.at(-1)
    if (answered?.kind === 'field') names.set(answered.name, rename.name)
  }
  return path.map((part) => names.get(part) ?? part)
}

/** What identifies an entity failed or is null, so what was wanted of it is missing for the same reason. */
export function explainBlocked(
  execution: Execution,
  subgraph: string,
  { input, representations }: { readonly input: EntityInput; readonly representations: Representations },
): void {
  for (const { target, errors } of representations.blocked) {
    const causes =
      errors.length > 0 ? errors.map(({ cause }) => cause) : [keyMissing(subgraph, target, input)]
    for (const cause of causes) failWrites(execution, { input, targets: [target] }, cause)
  }
}

export function failTargets(
  execution: Execution,
  { node, built }: { readonly node: EntityFetchNode; readonly built: readonly Representations[] },
  cause: ErrorCause,
): void {
  for (const [index, input] of node.inputs.entries()) {
    const representations = built[index]
    if (representations !== undefined)
      failWrites(execution, { input, targets: representations.targets.flat() }, cause)
  }
}

export function failWrites(
  { errors }: Execution,
  {
    input,
    targets,
  }: { readonly input: { readonly writes: readonly string[] }; readonly targets: readonly JsonObject[] },
  cause: ErrorCause,
): void {
  for (const target of targets) for (const name of input.writes) errors.place(target, [name], cause)
}

/** Makes a member null that can't be kept. */
export function failMember(
  { errors }: Execution,
  { holder, key }: { readonly holder: JsonObject | unknown[]; readonly key: string | number },
  cause: ErrorCause,
): void {
  ;(holder as JsonObject)[key] = null
  errors.place(holder as JsonObject, [key], cause)
}

function causeOf(error: SubgraphError, subgraph: string): ErrorCause {
  const { code, ...extensions } = error.extensions ?? {}
  return {
    message: error.message,
    // One that says nothing codes nothing: its words are not meant for the caller.
    code: typeof code === 'string' && code !== '' ? code : 'INTERNAL',
    extensions,
    subgraph,
    isReportedOnce: false,
  }
}

export function failureOf(error: unknown, subgraph: string, signal: AbortSignal): ErrorCause {
  if (signal.aborted) return outOfTime(subgraph)
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Fault ? error.code : 'SUBGRAPH_UNAVAILABLE'
  return { message, code, extensions: {}, subgraph, isReportedOnce: true }
}

export const outOfTime = (subgraph: string): ErrorCause =>
  ourCause('DEADLINE_EXCEEDED', subgraph, 'the request ran out of time')

export const answerInvalid = (subgraph: string, reason: string): ErrorCause =>
  ourCause('GW_SUBGRAPH_ANSWER_INVALID', subgraph, reason)

export const mergeFailed = (subgraph: string, problem: MergeProblem): ErrorCause =>
  problem === 'listLengthsDiffer'
    ? ourCause('GW_LIST_LENGTHS_DIFFER', subgraph, 'the length of a list')
    : answerInvalid(subgraph, 'the answer is nested too deeply')

export const tooMany = (subgraph: string, count: number, { representationsMax }: Execution): ErrorCause =>
  ourCause(
    'GW_LIMIT_EXCEEDED',
    subgraph,
    `${count} entities in one fetch; at most ${representationsMax} are allowed`,
  )

export const entityMissing = (subgraph: string, typeName: string): ErrorCause => ({
  ...ourCause('GW_ENTITY_MISSING', subgraph, `${typeName} was not found by subgraph ${subgraph}`),
  isReportedOnce: false,
  isNoErrorOfItsOwn: true,
})

const keyMissing = (subgraph: string, target: JsonObject, { representation }: EntityInput): ErrorCause => {
  const known = typeof target.__typename === 'string' ? target.__typename : representation[0]?.types[0]
  const names = representation.flatMap(({ fields }) => fields.map(({ to }) => to))
  const message = `${known ?? 'An object'} could not be asked of subgraph ${subgraph}: ${names.join(', ')} came back null`
  return {
    ...ourCause('GW_KEY_MISSING', subgraph, message),
    isReportedOnce: false,
    isNoErrorOfItsOwn: true,
  }
}

const ourCause = (code: string, subgraph: string, message: string): ErrorCause => ({
  message,
  code,
  extensions: {},
  subgraph,
  isReportedOnce: true,
})
