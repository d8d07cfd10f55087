/** The custom scalars of the graph: MinorUnits, BasisPoints and DateTime. */
import { ClientError } from '@souk/contracts'
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql'

const bad = (message: string): never => {
  throw new ClientError('BAD_INPUT', message)
}

type IntegerRange = { readonly name: string; readonly min: number; readonly max: number }

const minorUnits = { name: 'MinorUnits', min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }
const basisPoints = { name: 'BasisPoints', min: 0, max: 10_000 }

const readInteger = (value: unknown, { name, min, max }: IntegerRange): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
    ? value
    : bad(`${name} takes an integer from ${min} to ${max}; ${JSON.stringify(value)} is not.`)

const readLiteral = (node: ValueNode, range: IntegerRange): number =>
  node.kind === Kind.INT ? readInteger(Number(node.value), range) : bad(`${range.name} takes an integer.`)

const minorUnitsScalar = new GraphQLScalarType<bigint, number>({
  name: minorUnits.name,
  serialize: (value) => readInteger(Number(value), minorUnits),
  parseValue: (value) => BigInt(readInteger(value, minorUnits)),
  parseLiteral: (node) => BigInt(readLiteral(node, minorUnits)),
})

const basisPointsScalar = new GraphQLScalarType<number, number>({
  name: basisPoints.name,
  serialize: (value) => readInteger(value, basisPoints),
  parseValue: (value) => readInteger(value, basisPoints),
  parseLiteral: (node) => readLiteral(node, basisPoints),
})

// Seconds and a zone are required: "2021-06-18T00:00" means different moments to different readers.
const dateTimePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/

function readDateTime(value: unknown): Date {
  const at = typeof value === 'string' && dateTimePattern.test(value) ? new Date(value) : undefined
  if (at === undefined || Number.isNaN(at.getTime())) {
    return bad(
      `DateTime takes an ISO 8601 time with seconds and a zone, such as 2021-06-18T00:00:00+08:00; ${JSON.stringify(value)} is not.`,
    )
  }
  return at
}

const dateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => (value instanceof Date ? value : readDateTime(value)).toISOString(),
  parseValue: readDateTime,
  parseLiteral: (node) => readDateTime(node.kind === Kind.STRING ? node.value : undefined),
})

/** Resolvers of the scalars; a subgraph gets those that its schema declares. */
export const scalars: Readonly<Record<string, GraphQLScalarType>> = {
  MinorUnits: minorUnitsScalar,
  BasisPoints: basisPointsScalar,
  DateTime: dateTimeScalar,
}
