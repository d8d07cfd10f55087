/** The data of a random graph: each value depends on the object, the field and its arguments, and on what it requires. */
import { type FieldModel, type GraphModel, isKeyField } from './graph-model.ts'
import { hash } from './seeded.ts'

/** An object of the graph. Value objects have an id that tells where they came from. */
export type Thing = { readonly __typename: string; readonly id: string; readonly [name: string]: unknown }

export type Asked = {
  readonly typeName: string
  readonly id: string
  readonly field: FieldModel
  readonly arguments: Readonly<Record<string, unknown>>
}

export function valueOf(model: GraphModel, asked: Asked, required: (name: string) => unknown): unknown {
  const { field, id, typeName } = asked
  const seed = `${model.seed} ${typeName} ${id} ${field.name} ${JSON.stringify(asked.arguments.x ?? null)}`
  const needs = (field.requires?.from ?? []).map((name) => `${name}=${JSON.stringify(required(name))}`)
  return wrap(model, { field, seed: `${seed} ${needs.join(',')}`, depth: 0 })
}

function wrap(model: GraphModel, at: { field: FieldModel; seed: string; depth: number }): unknown {
  const { field, seed, depth } = at
  const number = hash(`${seed} ${depth}`)
  if ((depth > 0 || !field.isNonNull) && number % 8 === 0) return null
  if (depth === field.listDepth) return leaf(model, field, hash(`${seed} leaf`))
  const length = hash(`${seed} length ${depth}`) % 4
  return Array.from({ length }, (_, index) =>
    wrap(model, { field, seed: `${seed}.${index}`, depth: depth + 1 }),
  )
}

function leaf(model: GraphModel, field: FieldModel, number: number): unknown {
  if (field.type === 'String') return `${field.name}-${number % 1000}`
  if (field.type === 'Int') return number % 1000
  const id = String(1 + (number % 3))
  const type = model.types.get(field.type)
  if (type !== undefined)
    return { __typename: type.name, id: type.kind === 'value' ? String(number % 50) : id }
  const known = field.owners.map((subgraph) => model.members.get(field.type)?.get(subgraph) ?? [])
  const possible = (known[0] ?? []).filter((name) => known.every((names) => names.includes(name)))
  const typeName = possible[number % possible.length]
  return typeName === undefined ? null : { __typename: typeName, id }
}

export function keyValue(typeName: string, id: string, name: string): unknown {
  if (name === 'place') return { __typename: 'Place', id, code: `p-${typeName}-${id}` }
  return name === 'id' ? id : `${name}-${typeName}-${id}`
}

/** Finds an entity by whichever of its keys came. */
export function idFrom(
  typeName: string,
  representation: Readonly<Record<string, unknown>>,
): string | undefined {
  const place = representation.place as { readonly code?: unknown } | undefined
  return ['1', '2', '3'].find(
    (id) =>
      representation.id === id ||
      representation.code === `code-${typeName}-${id}` ||
      place?.code === `p-${typeName}-${id}`,
  )
}

/** What one server over all of the data says. */
export function valueInOneServer(
  model: GraphModel,
  thing: Thing | undefined,
  asked: { typeName: string; name: string; arguments: Readonly<Record<string, unknown>> },
): unknown {
  const { typeName, name } = asked
  if (thing !== undefined && (isKeyField(name) || typeName === 'Place')) {
    return typeName === 'Place' ? thing[name] : keyValue(typeName, thing.id, name)
  }
  const fields =
    typeName === 'Query'
      ? model.roots
      : typeName === 'Mutation'
        ? model.mutations
        : (model.types.get(typeName)?.fields ?? [])
  const field = fields.find((one) => one.name === name)
  if (field === undefined) throw new Error(`${typeName}.${name} is not in the model.`)
  const id = thing?.id ?? '0'
  return valueOf(model, { typeName, id, field, arguments: asked.arguments }, (required) =>
    requiredValue(model, { typeName, id, field, required }),
  )
}

function requiredValue(
  model: GraphModel,
  { typeName, id, field, required }: { typeName: string; id: string; field: FieldModel; required: string },
): unknown {
  const given = new RegExp(`\\b${required}\\(x: (\\d+)\\)`).exec(field.requires?.text ?? '')?.[1]
  const value = valueInOneServer(
    model,
    { __typename: typeName, id },
    { typeName, name: required, arguments: given === undefined ? {} : { x: Number(given) } },
  )
  return onlyRequired(model, value)
}

/** Of a required value object only its first field is required. */
function onlyRequired(model: GraphModel, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => onlyRequired(model, item))
  if (typeof value !== 'object' || value === null) return value
  const thing = value as Thing
  return { v0: valueInOneServer(model, thing, { typeName: thing.__typename, name: 'v0', arguments: {} }) }
}
