/** The gateway says what one graphql-js server over the same values says: data, and for each error its path, its locations and its code. */
import type { ExecutionResult } from 'graphql'
import { afterAll, expect, test } from 'vitest'
import { type TestAnswer, testGateway } from '../testing/test-gateway.ts'
import {
  askOneServer,
  carelessSubgraph,
  checkingSubgraph,
  type GraphValues,
} from '../testing/value-subgraphs.ts'

const shelf = `
  type Query { item: Item items: [Item!] maybeItems: [Item] sureItem: Item! media: Media medias: [Media!] found: [Found] count: Int! deep: [[[Int!]!]] }
  type Mutation { first: Int second: Item third: Int! fourth: Item! fifth: Int }
  type Item @key(fields: "id") {
    id: ID! int: Int float: Float string: String bool: Boolean ident: ID kind: Kind date: Date
    sure: Int! list: [Int] sureList: [Int!] wholeList: [Int!]! grid: [[Int!]!] kinds: [Kind!]
    part: Part surePart: Part! parts: [Part!] maybeParts: [Part] media: Media next: Item sureNext: Item!
  }
  type Part { name: String sure: String! part: Part surePart: Part! }
  enum Kind { A B HIDDEN @inaccessible }
  scalar Date
  interface Media { id: ID! title: String sure: Int! }
  type Video implements Media @key(fields: "id") { id: ID! title: String sure: Int! size: Int label: String @shareable }
  type Live implements Media @key(fields: "id") { id: ID! title: String sure: Int! size: String label: String! @shareable }
  type Ghost implements Media @inaccessible { id: ID! title: String sure: Int! }
  union Found = Video | Live | Item
`
const reviews = `
  type Item @key(fields: "id") { id: ID! bInt: Int bSure: Int! bPart: Piece bSureParts: [Piece!]! bNext: Item bList: [[Int!]] }
  type Piece { name: String sure: Int! }
  type Video @key(fields: "id") { id: ID! likes: Int! label: String @shareable }
  type Live @key(fields: "id") { id: ID! label: String @shareable }
`

let values: GraphValues = { query: {} }
const read = (): GraphValues => values
const ownership = { keyOnly: [], allowsSharedFields: true }

const gateways = {
  checking: await testGateway(
    [checkingSubgraph('shelf', shelf, read), checkingSubgraph('reviews', reviews, read)],
    {},
    { ownership },
  ),
  careless: await testGateway(
    [
      carelessSubgraph('shelf', shelf, { values: read, indexesAsText: true }),
      carelessSubgraph('reviews', reviews, { values: read }),
    ],
    {},
    { ownership },
  ),
}

afterAll(() => Promise.all(Object.values(gateways).map((gateway) => gateway.close())))

type Kind = keyof typeof gateways
type Request = { readonly source: string; readonly variables?: Readonly<Record<string, unknown>> }

async function sameAnswers(kind: Kind, given: GraphValues, request: Request): Promise<void> {
  values = given
  const gateway = gateways[kind]
  const one = await askOneServer(gateway.supergraph.publicSchema, given, request)
  const answer = await gateway.ask(request.source, { variables: request.variables })
  expect(whatCounts(answer)).toEqual(whatCounts(one))
}

// A message counts where it was meant for the client. As text: the order of keys counts.
const whatCounts = ({ data, errors = [] }: TestAnswer | ExecutionResult): object => ({
  data: JSON.stringify(data),
  errors: errors.map(({ message, path, extensions, ...rest }) => ({
    path,
    locations: (rest as { locations?: unknown }).locations,
    ...(extensions?.code === 'TOLD' && { message, code: 'TOLD' }),
  })),
})

const failure = Object.assign(new Error('said so'), { extensions: { code: 'TOLD' } })

/** Every kind of leaf with every kind of value. */
const leaves = ['int', 'float', 'string', 'bool', 'ident', 'kind', 'date'] as const
const leafValues: readonly unknown[] = [
  0,
  -0,
  1.5,
  1e21,
  2_147_483_647,
  2_147_483_648,
  -2_147_483_649,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  true,
  false,
  '',
  '1',
  '1.5',
  'x',
  'A',
  'HIDDEN',
  [],
  [1],
  {},
  { a: { b: [1] } },
  null,
  undefined,
  failure,
]

test.each(leaves.flatMap((leaf) => leafValues.map((value) => [leaf, value] as const)))(
  'a leaf of a careless subgraph is coerced as by one server: %s with %o',
  async (leaf, value) => {
    await sameAnswers(
      'careless',
      { query: { item: { id: '1', [leaf]: value } } },
      { source: `{ item { a: ${leaf} } }` },
    )
  },
)

const item = { __typename: 'Item', id: '1', sure: 1, wholeList: [], surePart: { sure: 's' } }
const second = { ...item, id: '2' }
const video = { __typename: 'Video', id: 'v', title: 't', sure: 1, size: 5, likes: 2, label: 'v' }
const live = { __typename: 'Live', id: 'l', title: 't', sure: 1, size: 'XL', label: 'l' }

const asked = (values: GraphValues['query'], source: string, variables?: Request['variables']) =>
  [source, { query: values }, variables] as const

const changed = (mutation: object, source: string, variables?: Request['variables']) =>
  [
    source,
    {
      query: {},
      mutation: mutation as GraphValues['query'],
      entities: { Item: { 1: { ...item, bSure: 1 } } },
    },
    variables,
  ] as const

const entity = (fields: object, source: string) =>
  [
    source,
    {
      query: {
        item: { ...item, ...fields },
        items: [
          { ...item, ...fields },
          { ...second, ...fields },
        ],
      },
      entities: { Item: { 1: { ...item, ...fields }, 2: { ...second, ...fields } } },
    },
    undefined,
  ] as const

const cases = [
  asked({ item: { ...item, int: failure } }, '{ item { a: int b: string } }'),
  asked({ item: { ...item, sure: failure } }, '{ item { int sure } }'),
  asked({ item: { ...item, int: failure, sure: failure } }, '{ item { int sure } }'),
  asked({ item: { ...item, int: failure, sure: failure } }, '{ item { sure int } }'),
  asked({ item: failure, count: 1 }, '{ item { sure } count }'),
  asked({ item, count: failure }, '{ item { id } count }'),
  asked(
    { item: { ...item, int: failure }, sureItem: { ...item, sure: failure } },
    '{ item { int } sureItem { sure } }',
  ),
  asked({ items: [item, { ...second, sure: failure }] }, '{ all: items { it: sure } }'),
  asked({ maybeItems: [item, { ...second, sure: failure }, null, failure] }, '{ maybeItems { sure } }'),
  asked(
    { maybeItems: [item, { ...second, int: failure }] },
    '{ maybeItems { x: int ...F } } fragment F on Item { x: int }',
  ),
  asked({ items: [item, null] }, '{ items { id } }'),
  asked({ items: [item, failure] }, '{ items { id } }'),
  asked({ item: { ...item, sureList: [1, null, 3] } }, '{ item { sureList } }'),
  asked({ item: { ...item, sureList: [1, failure, failure] } }, '{ item { sureList } }'),
  asked({ item: { ...item, wholeList: [1, null] } }, '{ item { id wholeList } }'),
  asked({ item: { ...item, wholeList: null } }, '{ item { id wholeList } }'),
  asked({ item: { ...item, list: [1, null, failure, 'x'] } }, '{ item { list } }'),
  asked({ item: { ...item, grid: [[1], [2, null], null] } }, '{ item { grid } }'),
  asked({ item: { ...item, grid: [[1], [2, failure]] } }, '{ item { grid } }'),
  asked({ deep: [[[1]], null, [[1], [null]], [], [[]]] }, '{ deep }'),
  asked({ deep: [[[1]], [null], failure] }, '{ deep }'),
  asked({ deep: [1, [2]] }, '{ deep }'),
  asked({ deep: {} }, '{ deep }'),
  asked({ deep: 'text' }, '{ deep }'),
  asked({ item: { ...item, kinds: ['A', 'HIDDEN'] } }, '{ item { kinds } }'),
  asked({ item: { ...item, kind: 'HIDDEN', int: 1 } }, '{ item { kind int } }'),
  asked({ item: { ...item, surePart: null } }, '{ item { surePart { name } } }'),
  asked({ item: { ...item, surePart: { sure: failure } } }, '{ item { id surePart { name sure } } }'),
  asked(
    { item: { ...item, part: { surePart: { surePart: { sure: failure } } } } },
    '{ item { part { surePart { surePart { a: sure } } } } }',
  ),
  asked(
    { item: { ...item, part: { surePart: { surePart: { sure: failure } } } } },
    '{ item { part { surePart { surePart { a: sure } } } ...P } } fragment P on Item { part { ...Q } } fragment Q on Part { surePart { surePart { a: sure b: name } } }',
  ),
  asked({ item: { ...item, parts: [{ sure: 's' }, { sure: failure }] } }, '{ item { parts { name sure } } }'),
  asked(
    { item: { ...item, maybeParts: [{ sure: failure }, { sure: failure }] } },
    '{ item { maybeParts { name sure } } }',
  ),
  asked(
    { item: { ...item, sureNext: { ...second, sureNext: failure } } },
    '{ item { sureNext { sureNext { id } } } }',
  ),
  asked({ media: { ...video, sure: failure } }, '{ media { title ... on Video { sure } } }'),
  asked(
    { media: { ...video, title: failure } },
    '{ media { ... on Live { title } ... on Media { x: title } ... on Video { x: title } __typename } }',
  ),
  asked(
    { medias: [video, { ...live, size: failure }] },
    '{ medias { ... on Video { s: size } ... on Live { t: size } } }',
  ),
  asked(
    { medias: [video, { ...live, size: failure }, { ...video, size: failure }] },
    '{ medias { ... on Video { size } ... on Live { text: size } } }',
  ),
  asked({ media: { ...video, __typename: 'Ghost' } }, '{ media { title } }'),
  asked({ media: { ...video, __typename: 'Item' } }, '{ media { title } }'),
  asked({ media: { ...video, __typename: undefined } }, '{ media { title } }'),
  asked({ medias: [video, { ...live, __typename: 'Nothing' }] }, '{ medias { title } }'),
  asked(
    { found: [video, null, item, failure, live] },
    '{ found { __typename ... on Media { title } ... on Item { i: id } } }',
  ),
  asked(
    { item: failure },
    'query($s: Boolean!) { item @skip(if: $s) { id } ... on Query @skip(if: $s) { item { int } } item { sure } }',
    { s: false },
  ),
  asked(
    { item: failure },
    'query($s: Boolean!) { item @skip(if: $s) { id } ... on Query @skip(if: $s) { item { int } } item { sure } }',
    { s: true },
  ),
  asked(
    { item: { ...item, int: failure } },
    'query($s: Boolean!) { item { int @skip(if: $s) string int ... on Item @include(if: $s) { int } } }',
    { s: true },
  ),
  asked(
    { item: { ...item, int: failure } },
    'query($s: Boolean!) { item { int @skip(if: $s) string int ... on Item @include(if: $s) { int } } }',
    { s: false },
  ),
  asked(
    { item: { ...item, int: failure } },
    'query($s: Boolean!) { item { ...F @skip(if: $s) string ...F } } fragment F on Item { int }',
    { s: true },
  ),
  asked(
    { item: { ...item, int: failure } },
    '{ item { ...F string ...F ...G } } fragment F on Item { int } fragment G on Item { ...F int }',
  ),
  asked({ item: failure }, '{\n  item {\r\n    id\n  }\n\n\t... { item { int } }\n}'),
  entity({ bInt: failure }, '{ item { a: bInt } }'),
  entity({ bSure: failure }, '{ item { id a: bSure } }'),
  entity({ bSure: null }, '{ item { id a: bSure } }'),
  entity({ bInt: failure, bSure: failure }, '{ item { bSure int bInt } items { bInt } }'),
  entity({ bSure: failure }, '{ items { id bSure } }'),
  entity({ bInt: 'x' }, '{ item { bInt } }'),
  entity({ bPart: { name: 'n', sure: failure } }, '{ item { p: bPart { name s: sure } } }'),
  entity(
    { bPart: { name: failure, sure: 1 } },
    '{ item { p: bPart { name s: sure } ... on Item { p: bPart { s: sure } } } }',
  ),
  entity(
    {
      bSureParts: [
        { name: 'n', sure: 1 },
        { name: 'n', sure: failure },
      ],
    },
    '{ item { int bSureParts { sure } } }',
  ),
  entity({ bSureParts: [{ name: 'n', sure: 1 }, null] }, '{ item { int bSureParts { sure } } }'),
  entity({ bSureParts: failure }, '{ item { int bSureParts { sure } } }'),
  entity({ bList: [[1], [null], null] }, '{ item { bList } }'),
  entity({ bList: [[1], [failure], null] }, '{ item { bList } }'),
  entity({ bNext: { ...second, int: failure } }, '{ item { bNext { id } } }'),
  asked(
    { medias: [{ ...video, label: failure }, live] },
    '{ medias { ... on Video { label } ... on Live { label } } }',
  ),
  asked(
    { medias: [live, { ...video, label: failure }] },
    '{ medias { ... on Live { label } ... on Media { ... on Video { size label } } } }',
  ),
  asked(
    { item: { ...item, int: failure } },
    'query($s: Boolean!, $t: Boolean!) { item { int @include(if: $t) sure @skip(if: $s) ... @include(if: $s) { sure int } string } }',
    { s: true, t: false },
  ),
  asked(
    { item: { ...item, int: failure } },
    'query($s: Boolean!, $t: Boolean!) { item { int @include(if: $t) sure @skip(if: $s) ... @include(if: $s) { sure int } string } }',
    { s: true, t: true },
  ),
  asked(
    { item: { ...item, part: { name: failure, sure: 's', part: { sure: 'below' } } } },
    'query($s: Boolean!) { item { part @skip(if: $s) { name } part @include(if: $s) { sure part { sure } } part { part { name sure } name } } }',
    { s: true },
  ),
  asked(
    { item: { ...item, part: { name: failure, sure: 's', part: { sure: 'below' } } } },
    'query($s: Boolean!) { item { part @skip(if: $s) { name } part @include(if: $s) { sure part { sure } } part { part { name sure } name } } }',
    { s: false },
  ),
  changed(
    { first: 1, second: item, third: failure, fifth: 5 },
    'mutation { first fifth third second { id } }',
  ),
  changed({ first: failure, second: failure, fifth: 5 }, 'mutation { a: first b: second { bSure } fifth }'),
  changed({ first: 1, fourth: null, fifth: 5 }, 'mutation { first fourth { id } fifth }'),
  changed({ first: 1, fourth: { ...item, sure: failure } }, 'mutation { first fourth { sure } fifth }'),
  changed(
    { first: failure, fifth: failure },
    'mutation($s: Boolean!) { first @skip(if: $s) fifth ... @include(if: $s) { first } }',
    { s: true },
  ),
  changed(
    { first: failure, fifth: failure, third: failure },
    'mutation($s: Boolean!) { third @skip(if: $s) fifth ... @include(if: $s) { first } }',
    { s: true },
  ),
] as const

test.each(
  (['checking', 'careless'] as const).flatMap((kind) =>
    cases.map(([source, given, variables], at) => ({ kind, at, source, given, variables })),
  ),
)('behind $kind subgraphs, case $at: $source', async ({ kind, source, given, variables }) => {
  await sameAnswers(kind, given, { source, variables })
})
