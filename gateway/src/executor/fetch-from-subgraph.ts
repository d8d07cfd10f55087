/** Runs one fetch of a plan: sends it, merges what comes back, and keeps every failure at the place it explains. */
import { Fault, type SubgraphError, type SubgraphResponse } from '@souk/contracts'
import type { EntityFetchNode, EntityInput, RootFetchNode } from '../planner/query-plan.ts'
import { buildRepresentations, type Representations } from './build-representations.ts'
import type { Execution, RunPlan } from './execution.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import { copyValue, mergeData } from './merge-data.ts'
import type { ErrorCause } from './place-errors.ts'
import { readAnswer } from './read-answer.ts'
import { rewriteData } from './rewrite-data.ts'

export function compileRootFetch(node: RootFetchNode): RunPlan {
  return async (execution) => {
    const answer = await send(execution, node, {})
    if ('failure' in answer)
      return failAll(
        execution,
        node.writes.map((name) => [execution.data, name]),
        answer.failure,
      )
    const { data, errors = [] } = answer
    if (isJsonObject(data))
      mergeOwned(execution, execution.data, { source: rewritten(data, node), subgraph: node.subgraph })
    for (const error of errors) {
      const cause = causeOf(error, node.subgraph)
      if (error.path === undefined || error.path.length === 0) {
        failAll(
          execution,
          node.writes.map((name) => [execution.data, name]),
          { ...cause, isReportedOnce: true },
        )
      } else execution.errors.place(execution.data, error.path, cause)
    }
  }
}

export function compileEntityFetch(node: EntityFetchNode): RunPlan {
  return async (execution) => {
    const built = node.inputs.map((input) => buildRepresentations(execution.data, input, execution.errors))
    const variables: JsonObject = {}
    let count = 0
    for (const [index, input] of node.inputs.entries()) {
      const representations = built[index]
      if (representations === undefined) continue
      explainBlocked(execution, input, representations)
      variables[input.representationsVariable] = representations.values
      count += representations.values.length
    }
    if (count === 0) return
    if (count > execution.representationsMax)
      return failTargets(execution, { node, built }, tooMany(node, count, execution))
    const answer = await send(execution, node, variables)
    if ('failure' in answer) return failTargets(execution, { node, built }, answer.failure)
    mergeEntities(execution, node, { built, answer })
  }
}

type InputAnswer = {
  readonly node: EntityFetchNode
  readonly input: EntityInput
  readonly targets: readonly (readonly JsonObject[])[]
  readonly entities: readonly unknown[]
}

function mergeInput(execution: Execution, { node, input, targets, entities }: InputAnswer): void {
  for (const [position, entity] of entities.entries()) {
    const places = targets[position] ?? []
    if (isJsonObject(entity)) {
      const source = rewritten(entity, input)
      for (const target of places) mergeOwned(execution, target, { source, subgraph: node.subgraph })
    } else if (entity !== null) {
      const cause = answerInvalid(node.subgraph, 'an entity came that is not an object')
      failWrites(execution, { input, targets: places }, cause)
    }
  }
}

type EntityAnswer = { readonly built: readonly Representations[]; readonly answer: SubgraphResponse }

function mergeEntities(execution: Execution, node: EntityFetchNode, { built, answer }: EntityAnswer): void {
  for (const [index, input] of node.inputs.entries()) {
    const representations = built[index]
    if (representations === undefined || representations.values.length === 0) continue
    const entities = answer.data?.[input.responseName]
    if (Array.isArray(entities) && entities.length === representations.values.length) {
      mergeInput(execution, { node, input, targets: representations.targets, entities })
    } else if (Array.isArray(entities) || (answer.errors ?? []).length === 0) {
      const cause = answerInvalid(node.subgraph, `no ${representations.values.length} entities came`)
      failWrites(execution, { input, targets: representations.targets.flat() }, cause)
    }
  }
  for (const error of answer.errors ?? []) placeEntityError(execution, node, { built, error })
}

function placeEntityError(
  execution: Execution,
  node: EntityFetchNode,
  { built, error }: { built: readonly Representations[]; error: SubgraphError },
): void {
  const cause = causeOf(error, node.subgraph)
  const [responseName, position, ...below] = error.path ?? []
  const index = node.inputs.findIndex((input) => input.responseName === responseName)
  const representations = built[index]
  const input = node.inputs[index]
  const whole = { ...cause, isReportedOnce: true }
  if (representations === undefined || input === undefined)
    return failTargets(execution, { node, built }, whole)
  const targets = representations.targets[Number(position)]
  // An error of no entity that was asked for may explain any of them.
  if (targets === undefined)
    return failWrites(execution, { input, targets: representations.targets.flat() }, whole)
  for (const target of targets) {
    if (below.length > 0) execution.errors.place(target, below, cause)
    else for (const name of input.writes) execution.errors.place(target, [name], whole)
  }
}

type Answer = SubgraphResponse | { readonly failure: ErrorCause }

async function send(
  execution: Execution,
  node: RootFetchNode | EntityFetchNode,
  inputs: JsonObject,
): Promise<Answer> {
  const representations = Object.values(inputs).reduce<number>(
    (sum, list) => sum + (Array.isArray(list) ? list.length : 0),
    0,
  )
  const answer = await call(execution, node, inputs)
  execution.onFetch({ subgraph: node.subgraph, representations, failed: 'failure' in answer })
  return answer
}

async function call(
  execution: Execution,
  node: RootFetchNode | EntityFetchNode,
  inputs: JsonObject,
): Promise<Answer> {
  const { subgraph, operation } = node
  const variables = inputs
  for (const name of node.variables)
    if (Object.hasOwn(execution.variables, name)) variables[name] = execution.variables[name]
  const deadlineMs = Math.floor(execution.deadlineMsLeft())
  if (deadlineMs <= 0 || execution.signal.aborted) return { failure: outOfTime(subgraph) }
  const { requestId, viewerToken, signal } = execution
  try {
    const transport = execution.transports.get(subgraph)
    if (transport === undefined)
      throw new Fault('SUBGRAPH_UNAVAILABLE', `There is no transport to ${subgraph}.`)
    const answer = await untilAborted(
      transport.execute({ query: operation, variables, viewerToken, requestId, deadlineMs }, signal),
      signal,
    )
    return readAnswer(answer) ?? { failure: answerInvalid(subgraph, 'neither data nor errors came') }
  } catch (error) {
    return { failure: failureOf(error, subgraph, signal) }
  }
}

// A transport that ignores the signal must not hold the answer up.
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function rewritten(value: JsonObject, { outputRewrites }: Pick<EntityInput, 'outputRewrites'>): JsonObject {
  if (outputRewrites.length === 0) return value
  const copy = copyValue(value) as JsonObject
  rewriteData(copy, outputRewrites)
  return copy
}

function mergeOwned(
  execution: Execution,
  target: JsonObject,
  { source, subgraph }: { readonly source: JsonObject; readonly subgraph: string },
): void {
  mergeData(target, source, (holder, key) => {
    const cause = ourCause('GW_LIST_LENGTHS_DIFFER', subgraph, 'the length of a list')
    ;(holder as JsonObject)[key] = null
    execution.errors.place(holder as JsonObject, [key], cause)
  })
}

// What identifies an entity failed, so what was wanted of it is missing for the same reason.
function explainBlocked(execution: Execution, input: EntityInput, { blocked }: Representations): void {
  for (const { target, errors } of blocked) {
    for (const { cause } of errors) {
      for (const name of input.writes) execution.errors.place(target, [name], cause)
    }
  }
}

function failTargets(
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

function failWrites(
  execution: Execution,
  { input, targets }: { readonly input: EntityInput; readonly targets: readonly JsonObject[] },
  cause: ErrorCause,
): void {
  failAll(
    execution,
    targets.flatMap((target) => input.writes.map((name) => [target, name] as const)),
    cause,
  )
}

function failAll(
  execution: Execution,
  places: readonly (readonly [JsonObject, string])[],
  cause: ErrorCause,
): void {
  for (const [target, name] of places) execution.errors.place(target, [name], cause)
}

function causeOf(error: SubgraphError, subgraph: string): ErrorCause {
  const { code, ...extensions } = error.extensions ?? {}
  return {
    message: error.message,
    code: typeof code === 'string' ? code : 'INTERNAL',
    extensions,
    subgraph,
    isReportedOnce: false,
  }
}

function failureOf(error: unknown, subgraph: string, signal: AbortSignal): ErrorCause {
  if (signal.aborted) return outOfTime(subgraph)
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Fault ? error.code : 'SUBGRAPH_UNAVAILABLE'
  return { message, code, extensions: {}, subgraph, isReportedOnce: true }
}

const outOfTime = (subgraph: string): ErrorCause =>
  ourCause('DEADLINE_EXCEEDED', subgraph, 'the request ran out of time')

const answerInvalid = (subgraph: string, reason: string): ErrorCause =>
  ourCause('GW_SUBGRAPH_ANSWER_INVALID', subgraph, reason)

const tooMany = (node: EntityFetchNode, count: number, { representationsMax }: Execution): ErrorCause =>
  ourCause(
    'GW_LIMIT_EXCEEDED',
    node.subgraph,
    `${count} entities in one fetch; at most ${representationsMax} are allowed`,
  )

const ourCause = (code: string, subgraph: string, message: string): ErrorCause => ({
  message,
  code,
  extensions: {},
  subgraph,
  isReportedOnce: true,
})
