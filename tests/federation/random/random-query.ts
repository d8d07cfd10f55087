/** Random valid operations: aliases that collide with keys, fragments on abstract types, arguments, conditions. */
import {
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isUnionType,
  parse,
  validate,
} from 'graphql'
import type { Chance } from './seeded.ts'

export type RandomOperation = {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

export function randomOperation(schema: GraphQLSchema, chance: Chance): RandomOperation | undefined {
  const mutation = schema.getMutationType()
  const isMutation = mutation && chance.often(0.1)
  const root = isMutation ? mutation : schema.getQueryType()
  if (!root) return undefined
  const body = selection({ schema, chance, fieldsLeft: 4 + chance.below(30) }, root, 0)
  const head = `(${['$n: Int', '$yes: Boolean!', '$no: Boolean!']
    .filter((one) => body.includes(one.split(':')[0] ?? ''))
    .join(', ')})`
  const query = `${isMutation ? 'mutation' : 'query'}${head === '()' ? '' : head} ${body}`
  // Two fields of one name that can't be merged: such an operation is no test.
  if (validate(schema, parse(query)).length > 0) return undefined
  return { query, variables: { n: 1 + chance.below(3), yes: true, no: false } }
}

type Making = { readonly schema: GraphQLSchema; readonly chance: Chance; fieldsLeft: number }

function selection(making: Making, type: GraphQLCompositeType, depth: number): string {
  const { chance } = making
  const names = isUnionType(type) ? [] : Object.keys(type.getFields())
  const parts: string[] = []
  const count = 1 + chance.below(4)
  for (let index = 0; index < count && names.length > 0; index += 1) {
    const part = field(making, type, { name: chance.pick(names), depth })
    if (part !== undefined) parts.push(part)
  }
  if (isAbstractType(type)) {
    for (const possible of making.schema.getPossibleTypes(type))
      if (chance.often(0.6)) parts.push(`... on ${possible.name} ${selection(making, possible, depth)}`)
    const other = making.schema.getType(type.name === 'I' ? 'U' : 'I')
    if (
      isCompositeType(other) &&
      isAbstractType(other) &&
      chance.often(0.2) &&
      overlaps(making.schema, type, other)
    )
      parts.push(`... on ${other.name} ${selection(making, other, depth)}`)
  }
  if (parts.length === 0 || chance.often(0.15)) parts.push('__typename')
  return `{ ${parts.join(' ')} }`
}

const overlaps = (schema: GraphQLSchema, one: GraphQLCompositeType, other: GraphQLCompositeType): boolean =>
  isAbstractType(one) &&
  isAbstractType(other) &&
  schema.getPossibleTypes(one).some((type) => schema.isSubType(other, type))

function field(
  making: Making,
  parent: GraphQLCompositeType,
  { name, depth }: { readonly name: string; readonly depth: number },
): string | undefined {
  const { chance } = making
  const definition = isUnionType(parent) ? undefined : parent.getFields()[name]
  if (definition === undefined || making.fieldsLeft <= 0) return undefined
  making.fieldsLeft -= 1
  const type = getNamedType(definition.type)
  if (isCompositeType(type) && depth >= 4) return undefined
  const given =
    definition.args.length > 0 && chance.often(0.6) ? `(x: ${chance.pick(['1', '2', '$n', 'null'])})` : ''
  const alias = chance.often(0.2) ? `${chance.pick(['id', 'code', 's0', 's1', 'x', 'r0', '_s0'])}: ` : ''
  const condition = chance.often(0.08)
    ? ` @${chance.pick(['skip', 'include'])}(if: ${chance.pick(['$yes', '$no', 'true', 'false'])})`
    : ''
  const below = isCompositeType(type) ? ` ${selection(making, type, depth + 1)}` : ''
  return `${alias}${name}${given}${condition}${below}`
}
