/** How long a list is going to be, by `@listSize` and the arguments that are given; one that is too long is refused. */
import { type GraphQLArgument, type GraphQLField, Kind, valueFromASTUntyped, type FieldNode } from 'graphql'
import { refuseRequest } from '../errors.ts'
import type { ListSizeRule } from '../supergraph/cost-rules.ts'

export type Variables = Readonly<Record<string, unknown>>

/** Undefined where nothing says it. */
export type ListSizeOf = (variables: Variables) => number | undefined

export type SizedField = {
  /** What the refusal calls it. */
  readonly coordinate: string
  readonly definition: GraphQLField<unknown, unknown>
  readonly node: FieldNode
}

export function compileListSize(
  { coordinate, definition, node }: SizedField,
  rule: ListSizeRule,
  sizeMax: number,
): ListSizeOf {
  const slicing = rule.slicingArguments.flatMap((path) => {
    const [name = '', ...members] = path.split('.')
    const argument = definition.args.find((one) => one.name === name)
    return argument === undefined ? [] : [{ path, members, argument }]
  })
  return (variables) => {
    const given = slicing.flatMap(({ path, members, argument }) => {
      const size = memberOf(givenValue(node, argument, variables), members)
      return typeof size === 'number' ? [{ path, size }] : []
    })
    const byDefault = slicing.flatMap(({ path, members, argument }) => {
      const size = memberOf(argument.defaultValue, members)
      return typeof size === 'number' ? [{ path, size }] : []
    })
    const counted = given.length > 0 ? given : byDefault
    if (rule.requiresOneSlicingArgument && slicing.length > 0 && counted.length !== 1)
      throw refuseRequest(
        'GW_VALIDATION_FAILED',
        `${coordinate} takes exactly one of ${slicing.map(({ path }) => `"${path}"`).join(', ')}; ${counted.length} are given.`,
      )
    for (const { path, size } of given) if (!rule.isGuessed) refuseLong({ coordinate, path, size }, sizeMax)
    // A list that is shorter than empty is for the subgraph to refuse.
    return counted.length === 0 ? rule.assumedSize : Math.max(0, ...counted.map(({ size }) => size))
  }
}

type Slice = { readonly coordinate: string; readonly path: string; readonly size: number }

function refuseLong({ coordinate, path, size }: Slice, sizeMax: number): void {
  if (size <= sizeMax) return
  throw refuseRequest(
    'GW_LIMIT_EXCEEDED',
    `"${path}" of ${coordinate} is ${size}; at most ${sizeMax} are allowed (SOUK_LIST_SIZE_MAX).`,
    { limit: sizeMax, value: size },
  )
}

// Null is as if nothing were given: a subgraph that lets it pass takes its default.
function givenValue(node: FieldNode, { name }: GraphQLArgument, variables: Variables): unknown {
  const value = node.arguments?.find((one) => one.name.value === name)?.value
  if (value === undefined || value.kind === Kind.NULL) return undefined
  return valueFromASTUntyped(value, variables)
}

const memberOf = (value: unknown, members: readonly string[]): unknown =>
  members.reduce<unknown>(
    (object, member) =>
      typeof object === 'object' && object !== null && Object.hasOwn(object, member)
        ? (object as Record<string, unknown>)[member]
        : undefined,
    value,
  )
