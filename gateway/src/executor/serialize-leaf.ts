/** Checks a leaf against its type: what is not a value of the type becomes undefined. */
import { GraphQLEnumType, type GraphQLLeafType } from 'graphql'

export function serializeLeaf(type: GraphQLLeafType): (value: unknown) => unknown {
  if (type instanceof GraphQLEnumType) {
    const names = new Set(type.getValues().map(({ name }) => name))
    return (value) => (typeof value === 'string' && names.has(value) ? value : undefined)
  }
  const check = builtInScalars[type.name]
  // The subgraph serialised a scalar of its own; the gateway has no coercion for it to repeat.
  return check ?? ((value) => value)
}

const builtInScalars: Readonly<Record<string, (value: unknown) => unknown>> = {
  Int: (value) =>
    Number.isInteger(value) && Math.abs(value as number) <= 2_147_483_648 && (value as number) < 2_147_483_648
      ? value
      : undefined,
  Float: (value) => (Number.isFinite(value) ? value : undefined),
  String: (value) => (typeof value === 'string' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  ID: (value) => (typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : undefined),
}
