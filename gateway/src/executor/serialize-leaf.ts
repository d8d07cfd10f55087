/** Coerces a leaf to its type as graphql-js does on one server: what is not a value of the type becomes undefined. */
import { GraphQLEnumType, type GraphQLLeafType, isSpecifiedScalarType } from 'graphql'

export function serializeLeaf(type: GraphQLLeafType): (value: unknown) => unknown {
  const isPlain = isPlainLeaf(type)
  if (type instanceof GraphQLEnumType) return (value) => (isPlain(value) ? value : undefined)
  // The subgraph serialised a scalar of its own; the gateway has no coercion for it to repeat.
  if (!isSpecifiedScalarType(type)) return (value) => value
  return (value) => (isPlain(value) ? value : attempt(() => type.serialize(value)))
}

/** Whether a value needs no coercion. No null does, nor does a value of a subgraph's own scalar, which is for others to look at. */
export function isPlainLeaf(type: GraphQLLeafType): (value: unknown) => boolean {
  if (type instanceof GraphQLEnumType) {
    const names = new Set(type.getValues().map(({ name }) => name))
    return (value) => typeof value === 'string' && names.has(value)
  }
  return (isSpecifiedScalarType(type) && plain[type.name]) || (() => false)
}

/** What a careful subgraph sends needs no coercion, and it is most of what is sent. */
const plain: Readonly<Record<string, (value: unknown) => boolean>> = {
  // An Int is what `| 0` leaves alone.
  Int: (value) => typeof value === 'number' && (value | 0) === value,
  Float: Number.isFinite,
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string',
}

function attempt(serialize: () => unknown): unknown {
  try {
    return serialize() ?? undefined
  } catch {
    return undefined
  }
}
