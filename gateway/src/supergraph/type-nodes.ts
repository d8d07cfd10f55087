/** Compares and merges types as they are written: `[Book!]` and `[Media]!`. */
import { Kind, type TypeNode } from 'graphql'

/** Whether the first named type is the second, or an interface or union with it. */
export type Contains = (wide: string, narrow: string) => boolean

/** The type whose values may be any of these; undefined if there is none. Null is a value of it if it is one of any. */
export function widestType(types: readonly TypeNode[], contains: Contains): TypeNode | undefined {
  const inner = types.map(nullable)
  const merged = mergeInner(inner, {
    mergeItems: (items) => widestType(items, contains),
    choose: (wide, narrow) => contains(namedTypeOf(wide), namedTypeOf(narrow)),
  })
  return types.every(isNonNull) ? nonNull(merged) : merged
}

/** The type whose values suit all of these; undefined if there is none. Null is a value of it if it is one of each. */
export function narrowestType(types: readonly TypeNode[]): TypeNode | undefined {
  const merged = mergeInner(types.map(nullable), {
    mergeItems: narrowestType,
    choose: (one, other) => namedTypeOf(one) === namedTypeOf(other),
  })
  return types.some(isNonNull) ? nonNull(merged) : merged
}

export function isWithin(narrow: TypeNode, wide: TypeNode, contains: Contains): boolean {
  if (wide.kind === Kind.NON_NULL_TYPE)
    return narrow.kind === Kind.NON_NULL_TYPE && isWithin(narrow.type, wide.type, contains)
  const inner = nullable(narrow)
  if (wide.kind === Kind.LIST_TYPE)
    return inner.kind === Kind.LIST_TYPE && isWithin(inner.type, wide.type, contains)
  return inner.kind === Kind.NAMED_TYPE && contains(wide.name.value, inner.name.value)
}

export function namedTypeOf(node: TypeNode): string {
  return node.kind === Kind.NAMED_TYPE ? node.name.value : namedTypeOf(node.type)
}

type Inner = Exclude<TypeNode, { kind: Kind.NON_NULL_TYPE }>

type Merge = {
  readonly mergeItems: (items: readonly TypeNode[]) => TypeNode | undefined
  /** Whether the first may stand for the second. */
  readonly choose: (one: TypeNode, other: TypeNode) => boolean
}

function mergeInner(types: readonly Inner[], { mergeItems, choose }: Merge): Inner | undefined {
  const items = types.flatMap((type) => (type.kind === Kind.LIST_TYPE ? [type.type] : []))
  if (items.length === 0) return types.find((one) => types.every((other) => choose(one, other)))
  const item = items.length === types.length ? mergeItems(items) : undefined
  return item && { kind: Kind.LIST_TYPE, type: item }
}

const isNonNull = (type: TypeNode): boolean => type.kind === Kind.NON_NULL_TYPE

const nullable = (type: TypeNode): Inner => (type.kind === Kind.NON_NULL_TYPE ? type.type : type)

const nonNull = (type: Inner | undefined): TypeNode | undefined => type && { kind: Kind.NON_NULL_TYPE, type }
