/** Builds the representations of the entities at a plan's places: exactly the required fields, each entity once. */
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

export function buildRepresentations(
  data: JsonObject,
  input: EntityInput,
  errors: PlaceErrors,
): Representations {
  const byText = new Map<string, { readonly value: JsonObject; readonly targets: Set<JsonObject> }>()
  const blocked: { target: JsonObject; errors: readonly PlacedError[] }[] = []
  for (const path of input.paths) {
    for (const target of objectsAt(data, path)) {
      const built = buildRepresentation(target, input, errors)
      if (built === undefined) continue
      if ('errors' in built) {
        blocked.push({ target, errors: built.errors })
        continue
      }
      if (input.sentAs !== undefined) built.value.__typename = input.sentAs
      const text = JSON.stringify(built.value)
      const known = byText.get(text)
      if (known === undefined) byText.set(text, { value: built.value, targets: new Set([target]) })
      else known.targets.add(target)
    }
  }
  const entries = [...byText.values()]
  return {
    values: entries.map(({ value }) => value),
    targets: entries.map(({ targets }) => [...targets]),
    blocked,
  }
}

/** The objects at a path. A null on the way means nothing below it. */
export function objectsAt(data: JsonObject, path: readonly PathStep[]): readonly JsonObject[] {
  let places: unknown[] = [data]
  for (const step of path) {
    if (step.kind === 'list')
      places = places.flatMap((place) => (Array.isArray(place) ? flatten(place) : [place]))
    else if (step.kind === 'field')
      places = places.flatMap((place) => (isJsonObject(place) ? [place[step.name]] : []))
    else places = places.filter((place) => isJsonObject(place) && passes(step.types, place))
  }
  return places.flatMap((place) => (Array.isArray(place) ? flatten(place) : [place])).filter(isJsonObject)
}

const flatten = (list: readonly unknown[]): readonly unknown[] => list.flat(Number.POSITIVE_INFINITY)

const passes = (types: readonly string[], place: JsonObject): boolean =>
  typeof place.__typename !== 'string' || types.includes(place.__typename)

type Built = { readonly value: JsonObject } | { readonly errors: readonly PlacedError[] } | undefined

function buildRepresentation(
  entity: JsonObject,
  { representation: shapes, sentAs }: EntityInput,
  errors: PlaceErrors,
): Built {
  const typeName = typeof entity.__typename === 'string' ? entity.__typename : (onlyType(shapes) ?? sentAs)
  if (typeName === undefined) return undefined
  const matching = shapes.filter(({ types }) => types.length === 0 || types.includes(typeName))
  const fields = matching.flatMap((shape) => shape.fields)
  if (fields.length === 0) return undefined
  const value: JsonObject = { __typename: typeName }
  let hasValue = false
  let hasGap = false
  for (const field of fields) {
    if (field.to === '__typename') continue
    const read = readField(entity[field.from], field)
    if (read === undefined) hasGap = true
    else if (read !== null) hasValue = true
    value[field.to] = read ?? null
  }
  if (hasValue && !hasGap) return { value }
  // Nothing identifies the entity. What failed to bring the key explains what is missing. What is only required and failed is
  // sent as null: the fields that don't need it must not fail with it.
  return { errors: fields.flatMap(({ from }) => errors.at(entity, from)) }
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
