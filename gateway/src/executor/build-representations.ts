/** Compiles, once, how the representations of the entities at a plan's places are built: exactly the required fields, each entity once. */
import type {
  EntityInput,
  PathStep,
  RepresentationField,
  RepresentationShape,
} from '../planner/query-plan.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import type { PlaceErrors, PlacedError } from './place-errors.ts'

export type Representations = {
  readonly values: readonly JsonObject[]
  /** Where each representation's answer goes. */
  readonly targets: readonly (readonly JsonObject[])[]
  /** Entities that can't be asked for, since what would identify them failed, and why. */
  readonly blocked: readonly { readonly target: JsonObject; readonly errors: readonly PlacedError[] }[]
}

export type BuildRepresentations = (data: JsonObject, errors: PlaceErrors) => Representations

export function compileRepresentations(input: EntityInput): BuildRepresentations {
  const { paths, sentAs } = input
  const readerOf = compileReaders(input)
  // An object is at one place of a path; only another path can lead to it again.
  const meetsAgain = paths.length > 1
  return (data, errors) => {
    const values: JsonObject[] = []
    const targets: JsonObject[][] = []
    const blocked: { target: JsonObject; errors: readonly PlacedError[] }[] = []
    const known = new Map<string, number>()
    const seen = meetsAgain ? new Set<JsonObject>() : undefined
    const visit = (target: JsonObject): void => {
      if (seen !== undefined) {
        if (seen.has(target)) return
        seen.add(target)
      }
      const reader = readerOf(target)
      if (reader === undefined) return
      const text = reader.textOf?.(target)
      const at = text === undefined ? undefined : known.get(text)
      if (at !== undefined) return void targets[at]?.push(target)
      const value = reader.read(target)
      if (value === undefined) {
        blocked.push({ target, errors: reader.fields.flatMap(({ from }) => errors.at(target, from)) })
        return
      }
      if (sentAs !== undefined) value.__typename = sentAs
      add(target, value, text ?? JSON.stringify(value))
    }
    const add = (target: JsonObject, value: JsonObject, text: string): void => {
      const at = known.get(text)
      if (at !== undefined) return void targets[at]?.push(target)
      known.set(text, values.length)
      values.push(value)
      targets.push([target])
    }
    for (const path of paths) visitObjects(data, { path, visit }, 0)
    return { values, targets, blocked }
  }
}

/** The objects at a path. A null on the way means nothing below it. */
export function objectsAt(data: JsonObject, path: readonly PathStep[]): readonly JsonObject[] {
  if (path.length === 0) return [data]
  const found: JsonObject[] = []
  visitObjects(data, { path, visit: (object) => void found.push(object) }, 0)
  return found
}

type Visiting = { readonly path: readonly PathStep[]; readonly visit: (object: JsonObject) => void }

// Called for every object of every answer: with a list of the places at each step it took a tenth of a large answer's time.
function visitObjects(place: unknown, visiting: Visiting, at: number): void {
  const step = visiting.path[at]
  if (Array.isArray(place)) {
    if (step !== undefined && step.kind !== 'list') return
    for (const item of place) visitObjects(item, visiting, Array.isArray(item) ? at : at + 1)
    return
  }
  if (step === undefined) {
    if (isJsonObject(place)) visiting.visit(place)
  } else if (step.kind === 'list') visitObjects(place, visiting, at + 1)
  else if (!isJsonObject(place)) return
  else if (step.kind === 'field') visitObjects(place[step.name], visiting, at + 1)
  else if (passes(step.types, place)) visitObjects(place, visiting, at + 1)
}

const passes = (types: readonly string[], place: JsonObject): boolean =>
  typeof place.__typename !== 'string' || types.includes(place.__typename)

/** How entities of one type are read. */
type Reader = {
  readonly fields: readonly RepresentationField[]
  /** Undefined if nothing identifies the entity. */
  readonly read: (entity: JsonObject) => JsonObject | undefined
  /** The same for entities with equal representations alone, without making one. Undefined where it can't be said so cheaply. */
  readonly textOf: ((entity: JsonObject) => string | undefined) | undefined
}

/** Undefined for an entity of a type that is not sent. */
function compileReaders({
  representation: shapes,
  sentAs,
}: EntityInput): (entity: JsonObject) => Reader | undefined {
  const fallback = onlyType(shapes) ?? sentAs
  const readers = new Map<string, Reader | undefined>()
  return (entity) => {
    const typeName = typeof entity.__typename === 'string' ? entity.__typename : fallback
    if (typeName === undefined) return undefined
    if (readers.has(typeName)) return readers.get(typeName)
    const reader = compileReader(typeName, shapes)
    if (readers.size < typesKeptMax) readers.set(typeName, reader)
    return reader
  }
}

// A subgraph can make up as many names as it likes.
const typesKeptMax = 1_000

function compileReader(typeName: string, shapes: readonly RepresentationShape[]): Reader | undefined {
  const matching = shapes.filter(({ types }) => types.length === 0 || types.includes(typeName))
  const fields = matching.flatMap((shape) => shape.fields)
  if (fields.length === 0) return undefined
  const sent = fields.filter(({ to }) => to !== '__typename')
  const [only] = sent
  const isOneLeaf = only !== undefined && sent.length === 1 && only.shapes.length === 0
  return {
    fields,
    read: (entity) => readEntity(entity, typeName, sent),
    textOf: isOneLeaf ? (entity) => textOfLeaf(entity, only.from, typeName) : undefined,
  }
}

// A type's name has no space in it, and no written representation begins with a name.
function textOfLeaf(entity: JsonObject, from: string, typeName: string): string | undefined {
  const leaf = entity[from]
  return typeof leaf === 'string' ? `${typeName} ${leaf}` : undefined
}

function readEntity(
  entity: JsonObject,
  typeName: string,
  fields: readonly RepresentationField[],
): JsonObject | undefined {
  const value: JsonObject = { __typename: typeName }
  let hasValue = false
  for (const field of fields) {
    const read = readField(entity[field.from], field)
    if (read === undefined) return undefined
    if (read !== null) hasValue = true
    value[field.to] = read
  }
  // Nothing identifies the entity. What failed to bring the key explains what is missing. What is only required and failed is
  // sent as null: the fields that don't need it must not fail with it.
  return hasValue ? value : undefined
}

function readField(value: unknown, field: RepresentationField): unknown {
  if (value === undefined || value === null || field.shapes.length === 0) return value
  if (Array.isArray(value)) return value.map((item: unknown) => readField(item, field) ?? null)
  return isJsonObject(value) ? readObject(value, field.shapes) : value
}

function readObject(object: JsonObject, shapes: readonly RepresentationShape[]): unknown {
  const read: JsonObject = {}
  for (const { types, fields } of shapes) {
    if (types.length > 0 && !passes(types, object)) continue
    for (const field of fields) {
      const value = readField(object[field.from], field)
      if (value !== undefined) read[field.to] = value
    }
  }
  return read
}

function onlyType(shapes: readonly RepresentationShape[]): string | undefined {
  const [first] = shapes.flatMap(({ types }) => types)
  return shapes.length > 0 && shapes.every(({ types }) => types.length === 1 && types[0] === first)
    ? first
    : undefined
}
