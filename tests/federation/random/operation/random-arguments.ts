/** Random arguments: literals, variables, variables inside of input objects, defaults, nulls, and what is left out. */
import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import type { Chance } from '../seeded.ts'

/** By name; the type as text. */
export type Variables = Map<string, { readonly type: string; readonly variable: string }>

type Making = { readonly chance: Chance; readonly variables: Variables }

export function randomArguments(making: Making, all: readonly GraphQLArgument[]): string {
  const texts = all.flatMap(({ name, type }) => {
    if (!isNonNullType(type) && making.chance.often(0.35)) return []
    return [`${name}: ${value(making, type, 0)}`]
  })
  return texts.length === 0 ? '' : `(${texts.join(', ')})`
}

function value(making: Making, type: GraphQLInputType, depth: number): string {
  const { chance } = making
  if (chance.often(0.35)) return variable(making, type)
  return literal(making, type, depth)
}

/** One variable for a type, or two, so that fields share them. */
function variable({ chance, variables }: Making, type: GraphQLInputType): string {
  const name = `${String(type).replaceAll(/\W/g, (sign) => (sign === '!' ? 'Must' : 'List'))}${chance.below(2)}`
  variables.set(name, { type: String(type), variable: name })
  return `$${name}`
}

function literal(making: Making, type: GraphQLInputType, depth: number): string {
  const { chance } = making
  if (isNonNullType(type)) return present(making, type.ofType, depth)
  return chance.often(0.08) ? 'null' : present(making, type, depth)
}

function present(making: Making, type: GraphQLInputType, depth: number): string {
  const { chance } = making
  if (isListType(type)) {
    const items = Array.from({ length: chance.below(3) }, () => value(making, type.ofType, depth + 1))
    return `[${items.join(', ')}]`
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (one) => isNonNullType(one.type) || (depth < 2 && chance.often(0.4)),
    )
    return `{${fields.map((one) => `${one.name}: ${value(making, one.type, depth + 1)}`).join(', ')}}`
  }
  return leaf(chance, type)
}

function leaf(chance: Chance, type: GraphQLInputType): string {
  const named = getNamedType(type)
  if (isEnumType(named)) return chance.pick(named.getValues()).name
  switch (named.name) {
    case 'String':
      return chance.pick(['"a"', '""', '"\\"quoted\\" \\\\ ü"', '"""block\n"text" """'])
    case 'Blob':
      return chance.pick(['1', '"b"', '{a: [1, {b: null}], c: UP}', '[]'])
    default:
      return String(chance.below(4) - 1)
  }
}

/** The head of an operation that declares them, and values for most of them. */
export function writeVariables(
  schema: GraphQLSchema,
  chance: Chance,
  variables: Variables,
): { readonly head: string; readonly given: Record<string, unknown> } {
  const given: Record<string, unknown> = {}
  const declared = [...variables].map(([name, { type }]) => {
    const isRequired = type.endsWith('!')
    const isBoolean = type === 'Boolean!'
    const hasDefault = chance.often(0.25)
    if (!hasDefault || chance.often(0.5))
      if (isRequired || chance.often(0.7))
        given[name] = isBoolean ? booleans(chance, name) : valueOf(schema, chance, { type, depth: 0 })
    return `$${name}: ${type}${hasDefault ? ` = ${textOf(isBoolean ? chance.often(0.5) : valueOf(schema, chance, { type, depth: 0 }), type)}` : ''}`
  })
  return { head: declared.length === 0 ? '' : `(${declared.join(', ')})`, given }
}

const booleans = (chance: Chance, name: string): boolean =>
  name === 'yes' || (name === 'maybe' && chance.often(0.5))

type Typed = { readonly type: string; readonly depth: number }

function valueOf(schema: GraphQLSchema, chance: Chance, { type, depth }: Typed): unknown {
  if (!type.endsWith('!') && chance.often(0.1)) return null
  const bare = type.replace(/!$/, '')
  if (bare.startsWith('[')) {
    const inner = bare.slice(1, -1)
    return Array.from({ length: chance.below(3) }, () =>
      valueOf(schema, chance, { type: inner, depth: depth + 1 }),
    )
  }
  const named = schema.getType(bare)
  if (isEnumType(named)) return chance.pick(named.getValues()).name
  if (isInputObjectType(named)) {
    const entries = Object.values(named.getFields())
      .filter((one) => isNonNullType(one.type) || (depth < 2 && chance.often(0.4)))
      .map((one) => [one.name, valueOf(schema, chance, { type: String(one.type), depth: depth + 1 })])
    return Object.fromEntries(chance.shuffled(entries))
  }
  if (bare === 'String') return chance.pick(['a', '', '"quoted" \\ ü'])
  if (bare === 'Blob') return chance.pick<unknown>([1, 'b', { z: [1, { b: null }], a: 'UP' }, []])
  return chance.below(4) - 1
}

/** A value as GraphQL text: enum values without quotes. */
function textOf(given: unknown, type: string): string {
  if (typeof given === 'string') return /Direction|Size/.test(type) ? given : JSON.stringify(given)
  if (Array.isArray(given)) return `[${given.map((one) => textOf(one, type)).join(', ')}]`
  if (typeof given !== 'object' || given === null) return String(given)
  const members = Object.entries(given).map(([name, one]) => {
    const inner =
      name === 'way' ? 'Direction' : name === 'size' ? 'Size' : name === 'inner' ? 'Filter' : 'plain'
    return `${name}: ${textOf(one, inner)}`
  })
  return `{${members.join(', ')}}`
}
