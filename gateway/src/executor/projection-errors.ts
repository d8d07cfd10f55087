/** Turns what was kept at a place into errors of the answer: the client's path and locations, and each cause once. */
import { type GraphQLNamedType, isAbstractType, isObjectType } from 'graphql'
import { type Layer, type SelectedField, selectFields } from '../planner/select-fields.ts'
import type { OperationContext } from '../planner/operation-context.ts'
import { type JsonObject, ownMember } from './json-object.ts'
import type { ErrorCause, PlacedError, PlaceErrors, Unplaced } from './place-errors.ts'

export type PathLink = {
  readonly previous: PathLink | undefined
  readonly key: string | number
  /** Undefined for an item of a list: it was asked for where its list was. */
  readonly field: SelectedField | undefined
}

export type Location = { readonly line: number; readonly column: number }

export type AnswerError = {
  readonly message: string
  readonly code: string
  /** Without locations and a path where no field of the answer is known to have failed. */
  readonly locations?: readonly Location[]
  readonly path?: readonly (string | number)[]
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
  /** Objects and lists in the data that a null of the answer stands for. */
  readonly lost: Set<object>
  readonly root: Pick<Projection, 'layers' | 'type'>
  /** Takes the places of deferred fragments; what is below a null is taken out again. */
  readonly deferred?: unknown[]
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

/** Reports what explains the null at a place that may have one. */
export function reportPlaced({ holder, key, run, path }: NullPlace, projection: Projection): void {
  for (const error of run.placed.at(holder, key))
    if (!error.cause.isNoErrorOfItsOwn && error.beside === undefined)
      reportOne(run, error, { path, projection })
}

/** Reports what explains the null at a place that must not have one; false if nothing does. */
export function reportPlacedInNonNull(place: NullPlace, projection: Projection): boolean {
  const { holder, key, run, path } = place
  const placed = run.placed.at(holder, key)
  const [first] = placed
  if (first === undefined) return false
  const isOwn = placed.some(({ cause, beside }) => !cause.isNoErrorOfItsOwn && beside === undefined)
  if (isOwn) reportPlaced(place, projection)
  else reportOne(run, placed.find(({ beside }) => beside !== undefined) ?? first, { path, projection })
  return true
}

type Reporting = { readonly path: PathLink; readonly projection: Projection }

function reportOne(
  run: ProjectionRun,
  { cause, below, beside }: PlacedError,
  { path, projection }: Reporting,
): void {
  if (cause.isReportedOnce && run.reported.has(cause)) return
  run.reported.add(cause)
  if (beside !== undefined) {
    let taken = path
    for (let up = beside.above; up > 0 && taken.previous !== undefined; up -= 1) taken = taken.previous
    const { field, path: own } = deeperPath(beside.path, aroundOf(run, taken, projection))
    return report(run, cause, { field, path: [...(taken.previous ? pathOf(taken.previous) : []), ...own] })
  }
  const deeper = deeperPath(below, projection)
  const field = deeper.field ?? fieldOf(path)
  report(run, cause, { field, path: [...pathOf(path), ...deeper.path] })
}

/** Reports why an object came without its type; false if nothing explains it. */
export function reportUntyped(
  run: ProjectionRun,
  object: JsonObject,
  { path, projection }: Reporting,
): boolean {
  const placed = run.placed.at(object, '__typename')
  const [error] = [
    ...placed.filter(({ cause, beside }) => !cause.isNoErrorOfItsOwn && beside === undefined),
    ...placed.filter(({ beside }) => beside !== undefined),
    ...placed,
  ]
  if (error === undefined) return false
  if (error.beside === undefined) reportOne(run, { ...error, below: [] }, { path, projection })
  else reportOne(run, error, { path: { previous: path, key: '__typename', field: undefined }, projection })
  return true
}

/** What is selected of the object that a field is one of. */
function aroundOf({ root }: ProjectionRun, { previous }: PathLink, { context }: Projection): Projection {
  const field = previous && fieldOf(previous)
  return field === undefined
    ? { context, ...root }
    : { context, layers: field.layers, type: namedType(field) }
}

export function reportOurs(
  run: ProjectionRun,
  path: PathLink,
  error: { readonly code: string; readonly message: string },
): void {
  const cause = { ...error, extensions: {}, subgraph: undefined }
  report(run, cause, { field: fieldOf(path), path: pathOf(path) })
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

/** Reports what was said of no place, or of one that no null shows, if nothing of it was reported yet. */
export function reportUnplaced(run: Omit<ProjectionRun, 'root'>): void {
  for (const [cause, below] of run.placed.unplaced()) {
    if (run.reported.has(cause) || run.errors.length >= run.errorsMax || isLost(run, below)) continue
    const { message, code, extensions, subgraph } = cause
    run.errors.push({ message, code, extensions, subgraph })
  }
}

/** The answer has a null, with an error of its own, where this one would be. */
const isLost = ({ lost }: Pick<ProjectionRun, 'lost'>, { targets, path }: Unplaced): boolean =>
  targets.length > 0 &&
  targets.every((target) => {
    let value: unknown = target
    for (const part of path) {
      if (typeof value !== 'object' || value === null) return false
      if (lost.has(value)) return true
      value = ownMember(value as JsonObject, String(part))
    }
    return false
  })

/** What is below a null of the answer was not read, or was in vain. */
export function lose({ lost }: Pick<ProjectionRun, 'lost'>, value: unknown): void {
  if (typeof value !== 'object' || value === null || lost.has(value)) return
  lost.add(value)
  for (const member of Object.values(value)) lose({ lost }, member)
}

type Failed = { readonly field: SelectedField | undefined; readonly path: readonly (string | number)[] }

function report(
  run: ProjectionRun,
  { message, code, extensions, subgraph }: Pick<ErrorCause, 'message' | 'code' | 'extensions' | 'subgraph'>,
  { field, path }: Failed,
): void {
  if (run.errors.length >= run.errorsMax) return
  // What took an object with it explains more than one null below it, and is one error all the same.
  const text = JSON.stringify([path, code, message])
  if (run.reported.has(text)) return
  run.reported.add(text)
  const locations = field === undefined ? [] : locationsOf(field, run.variables)
  run.errors.push({
    message,
    code,
    ...(locations.length > 0 && { locations }),
    path,
    extensions,
    subgraph,
  })
}

// A field may be written in a thousand places, and each of hundreds of errors would name all of them.
const locationsMax = 100

/** Every place in the document that asks for the field, as it was included. */
function locationsOf(
  { occurrences }: SelectedField,
  variables: ProjectionRun['variables'],
): readonly Location[] {
  const included = occurrences.filter(({ conditions }) =>
    conditions.every(({ variable, wanted }) => variables[variable] === wanted),
  )
  // A fragment that is spread twice asks once.
  const fields = [...new Set(included.map(({ field }) => field))].slice(0, locationsMax)
  return fields.flatMap(({ loc }) =>
    loc === undefined ? [] : [{ line: loc.startToken.line, column: loc.startToken.column }],
  )
}

function fieldOf(link: PathLink): SelectedField | undefined {
  let at: PathLink | undefined = link
  while (at !== undefined && at.field === undefined) at = at.previous
  return at?.field
}

export function pathOf(link: PathLink | undefined): (string | number)[] {
  const path: (string | number)[] = []
  for (let at: PathLink | undefined = link; at !== undefined; at = at.previous) path.push(at.key)
  return path.toReversed()
}

// The rest of a subgraph's path lies below a null, so types are only guessed: the first type that selects the name.
function deeperPath(below: readonly (string | number)[], projection: Projection): Failed {
  const path: (string | number)[] = []
  let deepest: SelectedField | undefined
  let { layers, type }: Pick<Projection, 'layers' | 'type'> = projection
  for (const part of below) {
    if (typeof part === 'number' || /^\d+$/.test(part)) {
      path.push(Number(part))
      continue
    }
    const field = objectTypes(projection.context, type)
      .flatMap((objectType) => selectFields(projection.context, objectType, layers))
      .find(({ internalName }) => internalName === part)
    if (field === undefined) break
    path.push(field.responseName)
    deepest = field
    layers = field.layers
    type = namedType(field)
  }
  return { field: deepest, path }
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
