/** What the arguments of a field cost: leaves nothing, each input object one, unless `@cost` says otherwise. */
import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type FieldNode,
  valueFromASTUntyped,
} from 'graphql'
import type { CostRules } from '../supergraph/cost-rules.ts'
import type { Variables } from './cost-list-size.ts'

export type CostOfArguments = (variables: Variables) => number

type Called = {
  /** Of the field, as rules have it. */
  readonly coordinate: string
  readonly definition: GraphQLField<unknown, unknown>
  readonly node: FieldNode
}

export function compileArgumentsCost(
  { coordinate, definition, node }: Called,
  rules: CostRules,
): CostOfArguments {
  const weighed = (node.arguments ?? []).flatMap(({ name, value }) => {
    const argument = definition.args.find((one) => one.name === name.value)
    if (argument === undefined) return []
    const weight = rules.inputs.get(`${coordinate}.${name.value}`)
    const isFree =
      weight === undefined &&
      !isInputObjectType(getNamedType(argument.type)) &&
      !rules.types.has(getNamedType(argument.type).name)
    return isFree ? [] : [{ value, type: argument.type, weight }]
  })
  if (weighed.length === 0) return () => 0
  return (variables) =>
    weighed.reduce(
      (sum, { value, type, weight }) =>
        sum + costOfInput(rules, valueFromASTUntyped(value, variables), { type, weight }),
      0,
    )
}

type Weighed = { readonly type: GraphQLInputType; readonly weight: number | undefined }

// Recursion ends with the value, whose levels are limited before anything is counted.
function costOfInput(rules: CostRules, value: unknown, { type, weight }: Weighed): number {
  if (value === null || value === undefined) return 0
  if (isNonNullType(type)) return costOfInput(rules, value, { type: type.ofType, weight })
  if (isListType(type)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value]
    return items.reduce<number>(
      (sum, item) => sum + costOfInput(rules, item, { type: type.ofType, weight }),
      0,
    )
  }
  const own = weight ?? rules.types.get(type.name)
  if (!isInputObjectType(type) || typeof value !== 'object') return own ?? 0
  const fields = type.getFields()
  return Object.entries(value).reduce((sum, [name, member]) => {
    const field = fields[name]
    if (field === undefined) return sum
    const below = { type: field.type, weight: rules.inputs.get(`${type.name}.${name}`) }
    return sum + costOfInput(rules, member, below)
  }, own ?? 1)
}
