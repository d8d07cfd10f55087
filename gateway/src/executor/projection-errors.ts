/** Turns what was kept at a place into errors of the answer: the client's path, and each cause once. */
import { type GraphQLNamedType, isAbstractType, isObjectType } from 'graphql'
import { type Layer, type OperationContext, selectFields } from '../planner/select-fields.ts'
import type { JsonObject } from './json-object.ts'
import type { ErrorCause, PlaceErrors } from './place-errors.ts'

export type PathLink = { readonly previous: PathLink | undefined; readonly key: string | number }

export type AnswerError = {
  readonly message: string
  readonly code: string
  readonly path: readonly (string | number)[]
  readonly extensions: Readonly<Record<string, unknown>>
  readonly subgraph: string | undefined
}

export type ProjectionRun = {
  readonly variables: Readonly<Record<string, unknown>>
  readonly placed: PlaceErrors
  /** Answers of the root fields that describe the schema, by the client's names. */
  readonly introspection: JsonObject
  readonly errors: AnswerError[]
  readonly errorsMax: number
  /** What has been reported and is not reported again. */
  readonly reported: Set<unknown>
}

/** What is selected below a place, to give a subgraph's deeper path the client's names. */
export type Projection = {
  readonly context: OperationContext
  readonly layers: readonly Layer[]
  readonly type: GraphQLNamedType
}

type NullPlace = {
  readonly holder: JsonObject
  readonly key: string | number
  readonly run: ProjectionRun
  readonly path: PathLink
}

/** Reports what explains the null at a place; false if nothing does. */
export function reportPlaced({ holder, key, run, path }: NullPlace, projection: Projection): boolean {
  const placed = run.placed.at(holder, key)
  for (const { cause, below } of placed) {
    if (cause.isReportedOnce && run.reported.has(cause)) continue
    run.reported.add(cause)
    report(run, cause, [...pathOf(path), ...clientPath(below, projection)])
  }
  return placed.length > 0
}

export function reportOurs(
  run: ProjectionRun,
  path: PathLink,
  error: { readonly code: string; readonly message: string },
): void {
  report(run, { ...error, extensions: {}, subgraph: undefined }, pathOf(path))
}

/** A denied field is one cause, however many objects it is missing from. */
export function reportDenied(
  run: ProjectionRun,
  path: PathLink,
  denied: { readonly code: string; readonly message: string },
): void {
  if (run.reported.has(denied)) return
  run.reported.add(denied)
  reportOurs(run, path, denied)
}

function report(
  run: ProjectionRun,
  cause: Omit<ErrorCause, 'isReportedOnce'>,
  path: readonly (string | number)[],
): void {
  if (run.errors.length >= run.errorsMax) return
  const { message, code, extensions, subgraph } = cause
  run.errors.push({ message, code, extensions, subgraph, path })
}

function pathOf(link: PathLink): (string | number)[] {
  const path: (string | number)[] = []
  for (let at: PathLink | undefined = link; at !== undefined; at = at.previous) path.push(at.key)
  return path.toReversed()
}

// The rest of a subgraph's path lies below a null, so types are only guessed: the first type that selects the name.
function clientPath(below: readonly (string | number)[], projection: Projection): (string | number)[] {
  const path: (string | number)[] = []
  let { layers, type }: Pick<Projection, 'layers' | 'type'> = projection
  for (const part of below) {
    if (typeof part === 'number' || /^\d+$/.test(part)) {
      path.push(Number(part))
      continue
    }
    const field = objectTypes(projection.context, type)
      .flatMap((objectType) => selectFields(projection.context, objectType, layers))
      .find(({ internalName }) => internalName === part)
    if (field === undefined) return path
    path.push(field.responseName)
    layers = field.layers
    type = namedType(field)
  }
  return path
}

function objectTypes({ schema }: OperationContext, type: GraphQLNamedType) {
  if (isObjectType(type)) return [type]
  return isAbstractType(type) ? schema.getPossibleTypes(type) : []
}

function namedType({ definition }: { definition: { type: unknown } }): GraphQLNamedType {
  let type = definition.type as GraphQLNamedType & { readonly ofType?: unknown }
  while (type.ofType !== undefined) type = type.ofType as typeof type
  return type
}
