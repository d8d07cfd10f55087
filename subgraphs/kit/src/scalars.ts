/** The custom scalars of the graph: MinorUnits, BasisPoints and DateTime. */
import { ClientError } from '@souk/contracts'
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql'

const bad = (message: string): never => {
  throw new ClientError('BAD_INPUT', message)
}

const readInteger = (name: string, value: unknown, min: number, max: number): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
    ? value
    : bad(`${name} takes an integer from ${min} to ${max}; ${JSON.stringify(value)} is not.`)

const integerLiteral = (name: string, node: ValueNode): number =>
  node.kind === Kind.INT ? Number(node.value) : bad(`${name} takes an integer.`)

const minorUnitsScalar = new GraphQLScalarType<bigint, number>({
  name: 'MinorUnits',
  serialize: (value) => readInteger('MinorUnits', Number(value), Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  parseValue: (value) => BigInt(readInteger('MinorUnits', value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
  parseLiteral: (node) =>
    BigInt(readInteger('MinorUnits', integerLiteral('MinorUnits', node), Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
})

const basisPointsScalar = new GraphQLScalarType<number, number>({
  name: 'BasisPoints',
  serialize: (value) => readInteger('BasisPoints', value, 0, 10_000),
  parseValue: (value) => readInteger('BasisPoints', value, 0, 10_000),
  parseLiteral: (node) => readInteger('BasisPoints', integerLiteral('BasisPoints', node), 0, 10_000),
})

// Seconds and a zone are required: "2021-06-18T00:00" means different moments to different readers.
const dateTimePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/

function readDateTime(value: unknown): Date {
  const at = typeof value === 'string' && dateTimePattern.test(value) ? new Date(value) : undefined
  if (at === undefined || Number.isNaN(at.getTime())) {
    return bad(`DateTime takes an ISO 8601 time with seconds and a zone, such as 2021-06-18T00:00:00+08:00; ${JSON.stringify(value)} is not.`)
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
