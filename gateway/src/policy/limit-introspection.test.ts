/** An introspection is counted before it is answered: exactly, and in no more time than the limit is worth. */
import { buildSchema, execute, getIntrospectionQuery, type GraphQLObjectType, Kind, parse } from 'graphql'
import { expect, test } from 'vitest'
import { operationContext } from '../planner/operation-context.ts'
import { compileIntrospectionCount, mayIntrospect, refuseIntrospection } from './limit-introspection.ts'

const types = Array.from(
  { length: 40 },
  (_, at) =>
    `type T${at} implements Node { ${Array.from({ length: 8 }, (__, field) => `f${field}(a: Int, b: [In!] @deprecated): T${field}`).join(' ')} id: ID }`,
)
const schema = buildSchema(`
  interface Node { id: ID } input In { a: Int = 1 b: [In!] } enum E { A B @deprecated } union U = T0 | T1
  type Query { node: Node u: U e: E ${types.map((_, at) => `t${at}: T${at}`).join(' ')} } ${types.join('\n')}`)

function count(
  source: string,
  variables: Readonly<Record<string, unknown>> = {},
  valuesMax = 1e6,
): number | undefined {
  const document = parse(source)
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION)
  if (operation === undefined) throw new Error('There is no operation.')
  const context = operationContext(schema, new Set(), document)
  return compileIntrospectionCount(context, operation)?.(variables, valuesMax)
}

function answered(source: string, variables: Readonly<Record<string, unknown>> = {}): number {
  const { data, errors } = execute({ schema, document: parse(source), variableValues: variables }) as {
    data?: unknown
    errors?: unknown
  }
  expect(errors).toBeUndefined()
  return valuesIn(data)
}

function valuesIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + valuesIn(one), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, one) => sum + 1 + valuesIn(one), 0)
}

test.each([
  [
    'what tools ask',
    getIntrospectionQuery({
      inputValueDeprecation: true,
      schemaDescription: true,
      specifiedByUrl: true,
      oneOf: true,
    }),
  ],
  [
    'one type',
    '{ __type(name: "T1") { name fields { name type { name } } interfaces { possibleTypes { name } } } }',
  ],
  ['a type that is not there', '{ __type(name: "Nobody") { name } }'],
  [
    'the same twice, merged',
    '{ __schema { types { name } } __schema { types { name kind } ...f } } fragment f on __Schema { types { kind fields { name } } }',
  ],
  ['aliases', '{ a: __schema { b: queryType { name } c: queryType { d: name e: name } } }'],
  [
    'deprecated or not',
    '{ __schema { types { enumValues { name } all: enumValues(includeDeprecated: true) { name } } } }',
  ],
])('%s is counted as it is answered', (_, source) => {
  expect(count(source)).toBe(answered(source))
})

test('a variable of an introspection counts', () => {
  const source = 'query ($name: String!) { __type(name: $name) { fields { name } } }'
  expect(count(source, { name: 'T1' })).toBe(answered(source, { name: 'T1' }))
  expect(count(source, { name: 'T1' })).not.toBe(count(source, { name: 'Query' }))
})

test('an operation that asks nothing of the schema has nothing to count', () => {
  expect(count('{ __typename node { __typename } }')).toBeUndefined()
})

const bomb = (levels: number): string =>
  levels === 0 ? 'name' : `possibleTypes { interfaces { ${bomb(levels - 1)} } }`

test('megabytes asked in a line are refused', () => {
  const source = `{ __schema { types { ${bomb(4)} } } }`
  expect(() => count(source, {}, 10_000)).toThrow(
    'The introspection would be answered with more than 10000 values (SOUK_INTROSPECTION_VALUES_MAX).',
  )
})

test('what would be answered with more than a memory holds is counted all the same', () => {
  expect(count(`{ __schema { types { ${bomb(8)} } } }`, {}, 1e15)).toBeGreaterThan(40 ** 8)
}, 2_000)

test('no more of the schema is read than the limit is worth', () => {
  const type = schema.getType('T0') as GraphQLObjectType
  const getFields = type.getFields.bind(type)
  let reads = 0
  type.getFields = () => {
    reads += 1
    return getFields()
  }
  // Each alias is a place of its own.
  const wide = Array.from({ length: 90 }, (_, at) => `a${at}: fields { type { fields { name } } }`).join(' ')
  expect(() => count(`{ __schema { queryType { ${wide} } } }`, {}, 200)).toThrow('more than 200')
  type.getFields = getFields
  expect(reads).toBeLessThan(3)
})

test('the schema is told to everybody, to nobody, or to whoever signed in', () => {
  const ann = { kind: 'user', userId: 'ann', scopes: [], shopIds: [] } as const
  const nobody = { kind: 'anonymous', scopes: [] } as const
  expect(
    [nobody, ann].map((viewer) => mayIntrospect({ ...viewer, scopes: [] } as never, 'signed-in')),
  ).toEqual([false, true])
  expect(mayIntrospect({ kind: 'anonymous', scopes: [] }, 'on')).toBe(true)
  expect(() => refuseIntrospection({ kind: 'anonymous', scopes: [] }, 'signed-in')).toThrow(
    'Send a valid token.',
  )
  expect(() => refuseIntrospection({ kind: 'anonymous', scopes: [] }, 'off')).toThrow(
    'SOUK_INTROSPECTION is off',
  )
})
