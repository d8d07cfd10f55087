/** What doesn't compose is told with the subgraph, the element and the remedy, whatever the composer says of it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { federation } from '../testing/test-gateway.ts'
import { noOwnership } from './check-ownership.ts'
import { compose } from './compose.ts'
import { remedies } from './composition-remedies.ts'

function linesOf(sdls: Readonly<Record<string, string>>): readonly string[] {
  try {
    compose(
      Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: federation + sdl })),
      noOwnership,
    )
  } catch (error) {
    return error instanceof Error ? error.message.split('\n').slice(1) : []
  }
  return []
}

test.each<[string, Readonly<Record<string, string>>, string]>([
  [
    'a type that is not there',
    { shop: 'type Query { a(in: [Missing!]): Int b: Missing }' },
    '[shop] Unknown type Missing at Query.a(in), Query.b. Correct the schema. (INVALID_GRAPHQL)',
  ],
  [
    'a directive that is not there',
    { shop: 'type Query { a: A } type A { b: Int @wrong }' },
    '[shop] Unknown directive "@wrong" at A.b. Correct the schema. (INVALID_GRAPHQL)',
  ],
  [
    'a key of fields that are not there',
    { shop: 'type Query { a: A } type A @key(fields: "code") { id: ID! }' },
    '[shop] On type "A", for @key(fields: "code"): Cannot query field "code" on type "A" (the field should either be added to this subgraph or, if it should not be resolved by this subgraph, you need to add it to this subgraph with @external). Name fields that the type has in this subgraph. (KEY_INVALID_FIELDS)',
  ],
  [
    'a field of two types',
    { shop: 'type Query { a: Int @shareable }', stock: 'type Query { a: String @shareable }' },
    '[shop, stock] Query.a is Int in "shop", String in "stock". Give it one type, or an interface or union in one of them that has the types of the others. (FIELD_TYPE_MISMATCH)',
  ],
  [
    'a field that is not shared',
    { shop: 'type Query { a: Int }', stock: 'type Query { a: Int }' },
    '[shop, stock] Non-shareable field "Query.a" is resolved from multiple subgraphs: it is resolved from subgraphs "shop" and "stock" and defined as non-shareable in all of them. Mark the field @shareable wherever it is resolved, or resolve it in one of them. (INVALID_FIELD_SHARING)',
  ],
  [
    'two kinds of type',
    { shop: 'type Query { a: A } type A { b: Int }', stock: 'type Query { c: Int } union A = Query' },
    '[shop, stock] Type "A" has mismatched kind: it is defined as Object Type in subgraph "shop" but Union Type in subgraph "stock". Define it as the same kind of type everywhere, or give one of them another name. (TYPE_KIND_MISMATCH)',
  ],
  [
    'an input without a field that all have',
    {
      shop: 'type Query { a(i: I): Int } input I { x: Int }',
      stock: 'type Query { b(i: I): Int } input I { y: Int }',
    },
    '[shop, stock] None of the fields of input object type "I" are consistently defined in all the subgraphs defining that type. As only fields common to all subgraphs are merged, this would result in an empty type. Define at least one field in all of these subgraphs. (EMPTY_MERGED_INPUT_TYPE)',
  ],
  [
    'a field whose type is hidden',
    { shop: 'type Query { a: A } type A @inaccessible { b: Int }' },
    '[shop] Type "A" is @inaccessible but is referenced by "Query.a", which is in the API schema. Mark what refers to it @inaccessible too, or make the type accessible. (REFERENCED_INACCESSIBLE)',
  ],
  [
    'nothing to ask',
    { shop: 'type A @key(fields: "id") { id: ID! }' },
    'No queries found in any subgraph: a supergraph must have a query root type. Define `type Query` with a field in one of the subgraphs. (NO_QUERIES)',
  ],
])('%s is told with its subgraph, its name and what to do', (_what, sdls, line) => {
  expect(linesOf(sdls)).toEqual([`  - ${line}`])
})

test('every code that the composer can report has a remedy', () => {
  const folder = fileURLToPath(new URL('.', import.meta.resolve('@theguild/federation-composition')))
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  )
  const codes = sources.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/\bcode: "([A-Z_]+)"/g)].map(
      ([, code]) => code ?? '',
    ),
  )
  // Asked by a check of our own.
  const others = new Set(['SATISFIABILITY_ERROR'])
  expect(codes.length).toBeGreaterThan(100)
  expect([...new Set(codes)].filter((code) => !remedies.has(code) && !others.has(code))).toEqual([])
})
