/** Runs one fetch of a plan: sends it, merges what comes back, and keeps every failure at the place it explains. */
import { Fault, inSpan, type OpenSpan, type SpanStart, type SubgraphResponse } from '@souk/contracts'
import { holds } from '../planner/conditions.ts'
import type { EntityFetchNode, EntityInput, FetchNode, Rename, RootFetchNode } from '../planner/query-plan.ts'
import {
  type BuildRepresentations,
  compileRepresentations,
  objectsAt,
  type Representations,
} from './build-representations.ts'
import { entityFields } from './entity-fields.ts'
import type { Execution, RunPlan } from './execution.ts'
import {
  answerInvalid,
  entityMissing,
  explainBlocked,
  failMember,
  failTargets,
  failureOf,
  failWrites,
  mergeFailed,
  outOfTime,
  placeEntityErrors,
  placeRootErrors,
  tooMany,
} from './fetch-errors.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import { copyValue, mergeData, NestedTooDeeply } from './merge-data.ts'
import type { ErrorCause } from './place-errors.ts'
import { readAnswer } from './read-answer.ts'
import { renameMembers } from './rename-members.ts'

export function compileRootFetch(node: RootFetchNode): RunPlan {
  return async (execution) => {
    if (!holds(node.when, execution.variables)) return
    const targets = objectsAt(execution.data, node.path)
    if (targets.length === 0) return
    mergeRootAnswer(execution, node, { targets, answer: await send(execution, node, {}) })
  }
}

/** An event is the answer of a fetch that was made long ago. */
export function mergeEvent(execution: Execution, node: RootFetchNode, event: SubgraphResponse): void {
  const failure = answerInvalid(node.subgraph, 'an event came with neither data nor errors')
  mergeRootAnswer(execution, node, {
    targets: [execution.data],
    answer: readAnswer(event) ?? { failure },
  })
}

function mergeRootAnswer(
  execution: Execution,
  node: RootFetchNode,
  { targets, answer }: { readonly targets: readonly JsonObject[]; readonly answer: Answer },
): void {
  if ('failure' in answer) return failWrites(execution, { input: node, targets }, answer.failure)
  const { data } = answer
  if (isJsonObject(data)) mergeAnswer(execution, node.subgraph, { ...node, targets, answer: data })
  placeRootErrors(execution, node, { targets, answer })
}

type EntityFetch = {
  readonly node: EntityFetchNode
  /** Of which every entity has at least one, by the names that sets of them come by. */
  readonly fields: ReadonlyMap<string, readonly string[]>
}

type CompiledInput = { readonly input: EntityInput; readonly build: BuildRepresentations }

export function compileEntityFetch(node: EntityFetchNode): RunPlan {
  const fetch: EntityFetch = { node, fields: entityFields(node) }
  const inputs: readonly CompiledInput[] = node.inputs.map((input) => ({
    input,
    build: compileRepresentations(input),
  }))
  return async (execution) => {
    const built = inputs.map(({ input, build }) =>
      holds(input.when, execution.variables) ? build(execution.data, execution.errors) : nothingToSend,
    )
    const variables: JsonObject = {}
    let count = 0
    for (const [index, input] of node.inputs.entries()) {
      const representations = built[index]
      if (representations === undefined) continue
      explainBlocked(execution, node.subgraph, { input, representations })
      variables[input.representationsVariable] = representations.values
      count += representations.values.length
    }
    if (count === 0) return
    if (count > execution.representationsMax)
      return failTargets(execution, { node, built }, tooMany(node.subgraph, count, execution))
    const answer = await send(execution, node, variables)
    if ('failure' in answer) return failTargets(execution, { node, built }, answer.failure)
    mergeEntities(execution, fetch, { built, answer })
  }
}

const nothingToSend: Representations = { values: [], targets: [], blocked: [] }

type EntityAnswer = { readonly built: readonly Representations[]; readonly answer: SubgraphResponse }

function mergeEntities(execution: Execution, fetch: EntityFetch, { built, answer }: EntityAnswer): void {
  const { node } = fetch
  for (const [index, input] of node.inputs.entries()) {
    const representations = built[index]
    if (representations === undefined || representations.values.length === 0) continue
    const entities = answer.data?.[input.responseName]
    if (Array.isArray(entities) && entities.length === representations.values.length) {
      mergeInput(execution, fetch, { input, representations, entities })
    } else if (Array.isArray(entities) || (answer.errors ?? []).length === 0) {
      const cause = answerInvalid(node.subgraph, `no ${representations.values.length} entities came`)
      failWrites(execution, { input, targets: representations.targets.flat() }, cause)
    }
  }
  placeEntityErrors(execution, node, { built, answer })
}

type InputAnswer = {
  readonly input: EntityInput
  readonly representations: Representations
  readonly entities: readonly unknown[]
}

function mergeInput(
  execution: Execution,
  { node, fields }: EntityFetch,
  { input, representations, entities }: InputAnswer,
): void {
  const expected = fields.get(input.responseName) ?? []
  for (const [position, entity] of entities.entries()) {
    const targets = representations.targets[position] ?? []
    const typeName = String(representations.values[position]?.__typename)
    if (entity === null) {
      failWrites(execution, { input, targets }, entityMissing(node.subgraph, typeName))
    } else if (
      !isJsonObject(entity) ||
      (expected.length > 0 && !expected.some((name) => Object.hasOwn(entity, name)))
    ) {
      const cause = answerInvalid(node.subgraph, `an entity came that is not a ${typeName}`)
      failWrites(execution, { input, targets }, cause)
    } else mergeAnswer(execution, node.subgraph, { ...input, targets, answer: entity })
  }
}

type Answer = SubgraphResponse | { readonly failure: ErrorCause }

async function send(execution: Execution, node: FetchNode, inputs: JsonObject): Promise<Answer> {
  const representations = Object.values(inputs).reduce<number>(
    (sum, list) => sum + (Array.isArray(list) ? list.length : 0),
    0,
  )
  const startedAtMs = execution.elapsedMs()
  const answer = await inSpan(fetchSpan(node, representations), async (span) => {
    const came = await call(execution, node, inputs)
    noteAnswer(span, came)
    return came
  })
  const errors = 'failure' in answer ? 1 : (answer.errors ?? []).length
  const durationMs = execution.elapsedMs() - startedAtMs
  const failed = 'failure' in answer
  const fetch = { node, representations, startedAtMs, durationMs, errors, failed }
  execution.onFetch(fetch)
  execution.tellFetch?.(fetch)
  if (execution.mayMerge !== undefined) await execution.mayMerge
  return answer
}

const fetchSpan = ({ subgraph }: FetchNode, entities: number): SpanStart => ({
  name: `fetch ${subgraph}`,
  kind: 'client',
  attributes: { 'souk.subgraph': subgraph, 'souk.entities': entities },
})

function noteAnswer(span: OpenSpan, answer: Answer): void {
  if ('failure' in answer) span.fail(answer.failure)
  else span.note({ 'souk.errors': (answer.errors ?? []).length })
}

async function call(execution: Execution, node: FetchNode, inputs: JsonObject): Promise<Answer> {
  const { subgraph, operation } = node
  const variables = addVariables(inputs, node, execution.variables)
  const deadlineMs = Math.floor(execution.deadlineMsLeft())
  if (deadlineMs <= 0 || execution.signal.aborted) return { failure: outOfTime(subgraph) }
  const { requestId, viewerToken, signal } = execution
  try {
    const transport = execution.transports.get(subgraph)
    if (transport === undefined)
      throw new Fault('SUBGRAPH_UNAVAILABLE', `There is no transport to ${subgraph}.`)
    // What shapes a transport sees to it that the signal and the deadline end the wait, whatever the transport does.
    const request = { query: operation, variables, viewerToken, requestId, deadlineMs }
    const answer = await transport.execute(request, signal)
    return readAnswer(answer) ?? { failure: answerInvalid(subgraph, 'neither data nor errors came') }
  } catch (error) {
    return { failure: failureOf(error, subgraph, signal) }
  }
}

/** Those of the operation's variables that a fetch names and that have a value. */
export function addVariables(
  into: JsonObject,
  { variables }: Pick<FetchNode, 'variables'>,
  values: Execution['variables'],
): JsonObject {
  for (const name of variables) if (Object.hasOwn(values, name)) into[name] = values[name]
  return into
}

type Merging = {
  readonly answer: JsonObject
  readonly targets: readonly JsonObject[]
  readonly renames: readonly Rename[]
  readonly writes: readonly string[]
}

function mergeAnswer(
  execution: Execution,
  subgraph: string,
  { answer, targets, renames, writes }: Merging,
): void {
  try {
    const source = renamed(answer, renames)
    for (const target of targets)
      mergeData(target, source, {
        onProblem: (holder, key, problem) =>
          failMember(execution, { holder, key }, mergeFailed(subgraph, problem)),
        onFilled: execution.errors.moveBelow,
      })
  } catch (error) {
    if (!(error instanceof NestedTooDeeply)) throw error
    failWrites(execution, { input: { writes }, targets }, mergeFailed(subgraph, 'nestedTooDeeply'))
  }
}

function renamed(value: JsonObject, renames: readonly Rename[]): JsonObject {
  if (renames.length === 0) return value
  const copy = copyValue(value) as JsonObject
  renameMembers(copy, renames)
  return copy
}
