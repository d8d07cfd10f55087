/** Random valid operations: aliases that collide with keys, named and nested fragments, arguments, conditions, introspection. */
import {
  doTypesOverlap,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isUnionType,
  parse,
  validate,
} from 'graphql'
import type { Operation } from '../world/one-server.ts'
import { randomArguments, type Variables, writeVariables } from './random-arguments.ts'
import type { Chance } from '../seeded.ts'

/** Undefined if nothing valid was made up in some tries: two fields of one name may be none that can be merged. */
export function randomOperation(
  schema: GraphQLSchema,
  chance: Chance,
  options: OperationOptions = {},
): Operation | undefined {
  for (let tries = 0; tries < 4; tries += 1) {
    const operation = tryOperation(schema, chance, options)
    if (operation !== undefined) return operation
  }
  return undefined
}

export type OperationOptions = {
  /** Some fragments are deferred. */
  readonly defers?: boolean
}

function tryOperation(
  schema: GraphQLSchema,
  chance: Chance,
  { defers = false }: OperationOptions,
): Operation | undefined {
  const mutation = schema.getMutationType()
  const isMutation = mutation && chance.often(defers ? 0.05 : 0.2)
  const root = isMutation ? mutation : schema.getQueryType()
  if (!root) return undefined
  const making: Making = {
    schema,
    chance,
    fieldsLeft: 3 + chance.below(30),
    aliasShare: chance.pick([0, 0.1, 0.3]),
    conditionShare: chance.pick([0, 0, 0.08, 0.2]),
    fragmentShare: chance.pick(defers ? [0.5, 0.8] : [0, 0.15, 0.3]),
    deferShare: defers ? chance.pick([0.4, 0.7, 0.95]) : 0,
    fragments: new Map(),
    variables: new Map(),
  }
  const body = selection(making, root, { depth: 0, isRoot: true })
  const values = writeVariables(schema, chance, making.variables)
  const kind = isMutation ? 'mutation' : 'query'
  const others = chance.often(0.1)
  const name = others ? ' Main' : chance.often(0.3) ? ' Named' : ''
  const query = [
    `${kind}${name}${values.head} ${body}`,
    ...[...making.fragments.values()].map(({ text }) => text),
    ...(others ? ['query Other { __typename }'] : []),
  ].join('\n')
  if (validate(schema, parse(query)).length > 0) return undefined
  return { query, variables: values.given, ...(others && { operationName: 'Main' }) }
}

type Making = {
  readonly schema: GraphQLSchema
  readonly chance: Chance
  fieldsLeft: number
  readonly aliasShare: number
  readonly conditionShare: number
  readonly fragmentShare: number
  readonly deferShare: number
  readonly fragments: Map<string, { readonly on: GraphQLCompositeType; readonly text: string }>
  readonly variables: Variables
}

type At = { readonly depth: number; readonly isRoot?: boolean }

function selection(making: Making, type: GraphQLCompositeType, at: At): string {
  const { chance } = making
  const fields = isUnionType(type) ? [] : Object.values(type.getFields())
  const parts: string[] = []
  const count = 1 + chance.below(at.isRoot === true ? 3 : 4)
  for (let index = 0; index < count && fields.length > 0; index += 1) {
    const part = field(making, pickField(chance, fields), at)
    if (part === undefined) continue
    parts.push(part)
    // The same again with another selection below: one field in the answer.
    if (chance.often(0.05)) parts.push(part)
  }
  parts.push(...fragments(making, type, at))
  if (parts.length === 0 || chance.often(0.15))
    parts.push(`${chance.often(making.aliasShare) ? 'kind: ' : ''}__typename${condition(making)}`)
  if (at.isRoot === true && chance.often(0.05)) parts.push(introspection(making))
  return `{ ${chance.shuffled(parts).join(' ')} }`
}

/** Rather what leads on, or what requires something, than one leaf more. */
function pickField(chance: Chance, fields: readonly AnyField[]): AnyField {
  const leading = fields.filter(
    ({ name, type }) => isCompositeType(getNamedType(type)) || name.startsWith('q'),
  )
  return chance.pick(leading.length > 0 && chance.often(0.4) ? leading : fields)
}

type AnyField = GraphQLField<unknown, unknown>

const introspection = ({ chance, schema }: Making): string =>
  chance.pick([
    '__schema { queryType { name } mutationType { name } }',
    `kind: __type(name: "${chance.pick(Object.keys(schema.getTypeMap()))}") { name kind fields { name args { name } } }`,
  ])

function field(making: Making, definition: AnyField, { depth }: At): string | undefined {
  const { chance } = making
  if (making.fieldsLeft <= 0) return undefined
  const type = getNamedType(definition.type)
  if (isCompositeType(type) && depth >= 5) return undefined
  making.fieldsLeft -= 1
  const alias = chance.often(making.aliasShare) ? `${chance.pick(aliases)}: ` : ''
  const below = isCompositeType(type) ? ` ${selection(making, type, { depth: depth + 1 })}` : ''
  return `${alias}${definition.name}${randomArguments(making, definition.args)}${condition(making)}${below}`
}

// Names that keys, required fields and gateways use too.
const aliases = [
  'id',
  'code',
  's0',
  's1',
  'r0',
  'i0',
  'x',
  '_s0',
  '__typename1',
  'region',
  'place',
  'v0',
] as const

function condition(making: Making): string {
  const { chance, conditionShare, variables } = making
  if (!chance.often(conditionShare)) return ''
  const one = (name: string): string => {
    if (chance.often(0.2)) return ` @${name}(if: ${chance.pick(['true', 'false'])})`
    const variable = chance.pick(['yes', 'no', 'maybe'])
    variables.set(variable, { type: 'Boolean!', variable })
    return ` @${name}(if: $${variable})`
  }
  if (chance.often(0.15)) return one('skip') + one('include')
  return one(chance.pick(['skip', 'include']))
}

function fragments(making: Making, type: GraphQLCompositeType, at: At): string[] {
  const { chance, schema, fragmentShare } = making
  const parts: string[] = []
  const share = isAbstractType(type) ? 0.55 : 0
  if (isAbstractType(type))
    for (const possible of schema.getPossibleTypes(type))
      if (making.fieldsLeft > 0 && chance.often(share)) parts.push(inline(making, possible, at))
  if (making.fieldsLeft > 0 && chance.often(fragmentShare)) {
    const on = chance.pick([type, ...overlapping(making, type)])
    parts.push(chance.often(0.5) ? spread(making, on, at) : inline(making, on, at))
  }
  if (making.fieldsLeft > 0 && chance.often(fragmentShare * 0.3))
    parts.push(
      `...${condition(making)}${deferral(making, type)} ${selection(making, type, { depth: at.depth + 1 })}`,
    )
  return parts
}

const overlapping = ({ schema }: Making, type: GraphQLCompositeType): readonly GraphQLCompositeType[] =>
  Object.values(schema.getTypeMap()).filter(
    (other): other is GraphQLCompositeType =>
      isCompositeType(other) && !other.name.startsWith('__') && doTypesOverlap(schema, type, other),
  )

const inline = (making: Making, on: GraphQLCompositeType, { depth }: At): string =>
  `... on ${on.name}${condition(making)}${deferral(making, on)} ${selection(making, on, { depth: depth + 1 })}`

function spread(making: Making, on: GraphQLCompositeType, { depth }: At): string {
  const { chance, fragments: known } = making
  const usable = [...known].filter(([, one]) => one.text !== '' && one.on === on)
  const reused = usable.length > 0 && chance.often(0.5) ? chance.pick(usable)[0] : undefined
  if (reused !== undefined) return `...${reused}${condition(making)}${deferral(making, on)}`
  const name = `F${known.size}`
  // Empty while it is being made up, so that it never spreads itself.
  known.set(name, { on, text: '' })
  known.set(name, {
    on,
    text: `fragment ${name} on ${on.name} ${selection(making, on, { depth: depth + 1 })}`,
  })
  return `...${name}${condition(making)}${deferral(making, on)}`
}

/** Root fields of a mutation can't come later. */
function deferral({ schema, chance, deferShare, variables }: Making, on: GraphQLCompositeType): string {
  if (deferShare === 0 || on === schema.getMutationType() || !chance.often(deferShare)) return ''
  if (chance.often(0.7)) return ' @defer'
  const variable = chance.pick(['yes', 'no', 'maybe'])
  variables.set(variable, { type: 'Boolean!', variable })
  return ` @defer(if: ${chance.pick(['true', 'false', `$${variable}`, `$${variable}`])})`
}
