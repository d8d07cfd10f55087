/** Supergraphs that were composed elsewhere: what is public of them, who may read what, and files that are none. */
import { printSchema } from 'graphql'
import { expect, test } from 'vitest'
import { federation, testGateway, testSubgraph } from '../testing/test-gateway.ts'
import { noOwnership } from './check-ownership.ts'
import { compose } from './compose.ts'
import { readSupergraph } from './read-supergraph.ts'

const spec = (name: string, rest = ''): string => `@link(url: "https://specs.apollo.dev/${name}" ${rest})`

const graphs = `
  enum join__Graph {
    A @join__graph(name: "a", url: "http://a/graphql")
    B @join__graph(name: "b", url: "http://b/graphql")
  }
  scalar join__FieldSet
  scalar link__Import
  enum link__Purpose { SECURITY EXECUTION }
  directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
  directive @join__field(graph: join__Graph) repeatable on FIELD_DEFINITION
`

const supergraph = (links: string, types: string): string =>
  `schema ${spec('link/v1.0')} ${spec('join/v0.3', 'for: EXECUTION')} ${links} { query: Query }\n${graphs}\n${types}`

/** But for the directive that is the gateway's own. */
const publicSdlOf = (text: string): string =>
  printSchema(readSupergraph(text, 'file').publicSchema).replace(`${deferLine}\n\n`, '')

const deferLine = 'directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT'

test('clients may defer fragments, whatever a subgraph means by a directive of that name', () => {
  const own = supergraph('', 'directive @defer(at: Int!) on FIELD type Query { a: Int }')
  const printed = printSchema(readSupergraph(own, 'file').publicSchema)
  expect(printed.match(/directive @defer.*/g)).toEqual([deferLine])
})

test('subgraphs have the names and URLs of @join__graph', () => {
  const { subgraphs } = readSupergraph(supergraph('', 'type Query { a: Int }'), 'file')
  expect(subgraphs).toEqual([
    { name: 'a', url: 'http://a/graphql' },
    { name: 'b', url: 'http://b/graphql' },
  ])
})

test('descriptions, deprecations, scalars and directives that clients may use stay; the machinery goes', () => {
  const types = `
    directive @fast(how: How) on FIELD
    directive @tag(name: String!) repeatable on OBJECT | FIELD_DEFINITION
    enum How { VERY }
    "A day." scalar Day @specifiedBy(url: "https://example.com/day")
    "Where it begins."
    type Query @join__type(graph: A) @tag(name: "x") {
      "Today." today: Day @join__field(graph: A)
      old: Int @deprecated(reason: "Ask today.") @tag(name: "y")
    }`
  expect(publicSdlOf(supergraph(spec('tag/v0.3'), types))).toMatchInlineSnapshot(`
    "directive @fast(how: How) on FIELD

    enum How {
      VERY
    }

    """A day."""
    scalar Day @specifiedBy(url: "https://example.com/day")

    """Where it begins."""
    type Query {
      """Today."""
      today: Day
      old: Int @deprecated(reason: "Ask today.")
    }"
  `)
})

test('what is inaccessible goes, and with it what refers to it or has nothing left', () => {
  const types = `
    directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
    type Query { seen(a: Int, b: In, c: Int @inaccessible): Seen secret: Secret only: Only found: Found named: Named kind: Kind }
    interface Named { id: ID! }
    interface Hidden @inaccessible { id: ID! }
    type Seen implements Named & Hidden { id: ID! cost: Int @inaccessible }
    type Secret implements Named @inaccessible { id: ID! }
    type Only { secret: Secret }
    union Found = Seen | Secret
    enum Kind { A B @inaccessible }
    input In { a: Int b: Int @inaccessible }`
  expect(publicSdlOf(supergraph(spec('inaccessible/v0.2'), types))).toMatchInlineSnapshot(`
    "type Query {
      seen(a: Int, b: In): Seen
      found: Found
      named: Named
      kind: Kind
    }

    interface Named {
      id: ID!
    }

    type Seen implements Named {
      id: ID!
    }

    union Found = Seen

    enum Kind {
      A
    }

    input In {
      a: Int
    }"
  `)
})

test.each([
  ['imported under another name', 'import: [{ name: "@authenticated", as: "@signedIn" }]', 'signedIn'],
  ['linked under another name', 'as: "signedIn"', 'signedIn'],
  ['under its own', '', 'authenticated'],
])('a rule of access holds when it is %s', (_how, rest, name) => {
  const links = spec('authenticated/v0.1', `for: SECURITY ${rest}`)
  const types = `directive @${name} on FIELD_DEFINITION | OBJECT\n type Query { a: Int @${name} b: B } type B @${name} { c: Int }`
  const { access, publicSdl } = readSupergraph(supergraph(links, types), 'file')
  expect({ types: access.types, fields: access.fields }).toEqual({
    types: new Map([['B', [{}]]]),
    fields: new Map([['Query.a', [{}]]]),
  })
  expect(publicSdl).not.toContain(name)
})

test('somebody’s own directive with the name of a rule that is linked under another is no rule', () => {
  const links = spec('authenticated/v0.1', 'import: [{ name: "@authenticated", as: "@signedIn" }]')
  const types = 'type Query { a: Int @signedIn b: Int @authenticated }'
  expect([...readSupergraph(supergraph(links, types), 'file').access.fields.keys()]).toEqual(['Query.a'])
})

test('scopes and policies are read as lists of lists, however short they are written', () => {
  const links = `${spec('requiresScopes/v0.1')} ${spec('policy/v0.1')}`
  const types =
    'type Query { a: Int @requiresScopes(scopes: "s") b: Int @policy(policies: [["p", "q"], ["r"]]) }'
  expect([...readSupergraph(supergraph(links, types), 'file').access.fields]).toEqual([
    ['Query.a', [{ scopes: [['s']] }]],
    ['Query.b', [{ policies: [['p', 'q'], ['r']] }]],
  ])
})

test('a rule that stands on an interface alone holds for its objects; one that comes from an object does not', () => {
  const types = `
    type Query { one: One two: Two }
    interface One @join__type(graph: A) { id: ID! @authenticated }
    type A implements One @join__type(graph: A) { id: ID! }
    interface Two @join__type(graph: A) @authenticated { id: ID! }
    type B implements Two @join__type(graph: A) @authenticated { id: ID! }
    type C implements Two @join__type(graph: A) { id: ID! }`
  const { access } = readSupergraph(supergraph(spec('authenticated/v0.1'), types), 'file')
  expect([...access.types.keys(), ...access.fields.keys()]).toEqual(['B', 'A.id'])
})

test('what was composed here is the same when it is read back', () => {
  const sdl = `${federation} type Query { a: A @authenticated } type A @key(fields: "id") { id: ID! b: Int @inaccessible }`
  const composed = compose([{ name: 'a', sdl, url: 'http://a' }], noOwnership)
  const { publicSchema, ...read } = readSupergraph(composed.sdl, 'file')
  const { publicSchema: composedSchema, ...expected } = composed
  expect(read).toEqual(expected)
  expect(printSchema(publicSchema)).toBe(printSchema(composedSchema))
})

test('before join/v0.3 the members of a union are those that a subgraph knows', () => {
  const text = supergraph(
    '',
    `type Query @join__type(graph: A) @join__type(graph: B) { u: U @join__field(graph: A) }
     union U @join__type(graph: A) @join__type(graph: B) = One | Two
     type One @join__type(graph: A) { a: Int }
     type Two @join__type(graph: A) @join__type(graph: B) { b: Int }
     enum E @join__type(graph: B) { X }`,
  ).replace('join/v0.3', 'join/v0.2')
  const { sdl } = readSupergraph(text, 'file')
  expect(sdl.match(/@join__unionMember\([^)]*\)/g)).toEqual([
    '@join__unionMember(graph: A, member: "One")',
    '@join__unionMember(graph: A, member: "Two")',
    '@join__unionMember(graph: B, member: "Two")',
  ])
  expect(sdl).toContain('X @join__enumValue(graph: B)')
})

// As @apollo/federation 0.38 writes it.
const federationOne = `
  schema @core(feature: "https://specs.apollo.dev/core/v0.2") @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION) { query: Query }
  directive @core(as: String, feature: String!, for: core__Purpose) repeatable on SCHEMA
  directive @join__field(graph: join__Graph, provides: join__FieldSet, requires: join__FieldSet) on FIELD_DEFINITION
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__owner(graph: join__Graph!) on INTERFACE | OBJECT
  directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on INTERFACE | OBJECT
  enum core__Purpose { EXECUTION SECURITY }
  scalar join__FieldSet
  enum join__Graph { ACCOUNTS @join__graph(name: "accounts" url: "http://a") REVIEWS @join__graph(name: "reviews" url: "http://r") }
  type Money { amount: Int }
  interface Node { id: ID! }
  type Query { me: User @join__field(graph: ACCOUNTS) newest: [Review] @join__field(graph: REVIEWS) any: [Node] @join__field(graph: ACCOUNTS) }
  type Review @join__owner(graph: REVIEWS) @join__type(graph: REVIEWS, key: "id") {
    id: ID! @join__field(graph: REVIEWS)
    author: User @join__field(graph: REVIEWS, provides: "name")
    price: Money @join__field(graph: REVIEWS)
  }
  type User implements Node @join__owner(graph: ACCOUNTS) @join__type(graph: ACCOUNTS, key: "id") @join__type(graph: REVIEWS, key: "id") {
    id: ID! @join__field(graph: ACCOUNTS)
    name: String @join__field(graph: ACCOUNTS)
    email: String @join__field(graph: ACCOUNTS)
    reviews: [Review] @join__field(graph: REVIEWS)
    letter: String @join__field(graph: REVIEWS, requires: "email")
  }`

test('a supergraph of Federation 1 is answered from its owners', async () => {
  const users = { u1: { id: 'u1', name: 'Ada', email: 'ada@x' } }
  const accounts = testSubgraph(
    'accounts',
    `type Query { me: User any: [Node] } interface Node { id: ID! }
     type User implements Node @key(fields: "id") { id: ID! name: String @shareable email: String }`,
    {
      Query: { me: () => users.u1, any: () => [users.u1] },
      Node: { __resolveType: () => 'User' },
      User: { __resolveReference: ({ id }: { id: 'u1' }) => users[id] },
    },
  )
  const reviews = testSubgraph(
    'reviews',
    `type Query { newest: [Review] } type Money { amount: Int }
     type Review @key(fields: "id") { id: ID! author: User @provides(fields: "name") price: Money }
     type User @key(fields: "id") { id: ID! name: String @external email: String @external reviews: [Review] letter: String @requires(fields: "email") }`,
    {
      Query: { newest: () => [{ id: 'r1', author: { id: 'u1', name: 'Ada here' }, price: { amount: 5 } }] },
      User: {
        reviews: () => [{ id: 'r1' }],
        letter: ({ email }: { email: string }) => `to ${email}`,
      },
    },
  )
  await using gateway = await testGateway(
    [accounts, reviews],
    {},
    { supergraph: readSupergraph(federationOne, 'file') },
  )
  const { data, errors } = await gateway.ask(
    '{ me { name letter reviews { id } } newest { price { amount } author { name email } } any { id ... on User { letter } } }',
  )
  expect(errors).toBeUndefined()
  expect(data).toEqual({
    me: { name: 'Ada', letter: 'to ada@x', reviews: [{ id: 'r1' }] },
    newest: [{ price: { amount: 5 }, author: { name: 'Ada here', email: 'ada@x' } }],
    any: [{ id: 'u1', letter: 'to ada@x' }],
  })
})

// As @theguild/federation-composition 0.27 writes it: `name` is @external in b, and nothing says so.
test('what a subgraph requires of an interface that it holds as an object is not asked of it', async () => {
  const a = testSubgraph(
    'a',
    'type Query { n: Int } interface I @key(fields: "id") { id: ID! name: String } type A implements I @key(fields: "id") { id: ID! name: String }',
    { I: { __resolveReference: () => ({ __typename: 'A', id: '1', name: 'Ada' }) } },
  )
  const b = testSubgraph(
    'b',
    'type Query { one: I } type I @interfaceObject @key(fields: "id") { id: ID! name: String @external letter: String @requires(fields: "name") }',
    { Query: { one: () => ({ id: '1' }) }, I: { letter: ({ name }: { name: string }) => `to ${name}` } },
  )
  const types = `
    type Query @join__type(graph: A) @join__type(graph: B) { n: Int @join__field(graph: A) one: I @join__field(graph: B) }
    interface I @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", isInterfaceObject: true) {
      id: ID! name: String letter: String @join__field(graph: B, requires: "name")
    }
    type A implements I @join__type(graph: A, key: "id") @join__implements(graph: A, interface: "I") {
      id: ID! name: String letter: String @join__field
    }`
  await using gateway = await testGateway(
    [a, b],
    {},
    { supergraph: readSupergraph(supergraph('', types), 'file') },
  )
  expect(await gateway.ask('{ one { name letter } }')).toEqual({
    status: 200,
    data: { one: { name: 'Ada', letter: 'to Ada' } },
  })
})

test('a field is of the widest type that a subgraph gives it', () => {
  const types = `
    type Query @join__type(graph: A) @join__type(graph: B) {
      medium: [Book!] @join__field(graph: A, type: "[Book!]") @join__field(graph: B, type: "[Medium!]")
    }
    union Medium @join__type(graph: B) @join__unionMember(graph: B, member: "Book") = Book
    type Book @join__type(graph: A) @join__type(graph: B) { title: String }`
  expect(publicSdlOf(supergraph('', types))).toContain('medium: [Medium!]')
})

test('an argument that takes its value from a context is refused: nobody would set it', () => {
  const types =
    'type Query { e: E } type E { f(unit: String): Int @join__field(graph: A, contextArguments: [{ context: "c", name: "unit", type: "String", selection: " { unit }" }]) }'
  expect(() => readSupergraph(supergraph('', types), 'FILE')).toThrow(
    `FILE can't be served: [a] E.f takes its argument unit from a @context (@fromContext), which this gateway does not set.`,
  )
})

test('a specification that has to be known, and is not, is refused; one that need not be is not', () => {
  const types = 'type Query { a: Int }'
  expect(() => readSupergraph(supergraph(spec('connect/v0.1', 'for: EXECUTION'), types), 'FILE')).toThrow(
    `FILE can't be served: https://specs.apollo.dev/connect/v0.1 is linked for EXECUTION`,
  )
  expect(publicSdlOf(supergraph(spec('unheard/v0.1'), types))).toBe('type Query {\n  a: Int\n}')
})

test('a sentence that asks whether something else was meant has one mark at its end', () => {
  const text = supergraph('', 'type Query { a: Strnig }')
  expect(() => readSupergraph(text, 'FILE')).toThrow(/Unknown type "Strnig"\. Did you mean "String"\?$/)
})

test.each([
  [
    'SDL with a syntax error',
    'type Query {',
    'is not GraphQL SDL (line 1, column 13): Syntax Error: Expected Name, found <EOF>.',
  ],
  ['an operation', '{ me { name } }', 'has an operation in it; a supergraph has nothing but definitions.'],
  [
    'an extension',
    'extend type Query { a: Int }',
    'extends a type; a supergraph has nothing but definitions.',
  ],
  [
    'a schema without subgraphs',
    'type Query { a: Int }',
    'has no enum join__Graph, so it is not a supergraph; the schemas of subgraphs are composed with --subgraphs.',
  ],
  [
    'a field of a type that is not there',
    supergraph('', 'type Query { a: Missing }'),
    `can't be served: Unknown type "Missing".`,
  ],
  [
    'a schema without a query type',
    supergraph('', 'type Other { a: Int }'),
    `can't be served: Query root type must be provided.`,
  ],
  ['nothing', '', 'is not GraphQL SDL (line 1, column 1): Syntax Error: Unexpected <EOF>.'],
])('%s is no supergraph', (_what, text, sentence) => {
  expect(() => readSupergraph(text, 'FILE')).toThrow(
    expect.objectContaining({ code: 'GW_SUPERGRAPH_INVALID', message: `FILE ${sentence}` }),
  )
})

// A thread with a larger stack could read the second, and would leave it to threads that can't.
test.each([
  [100_000, 'FILE is not GraphQL SDL: It is nested too deeply.'],
  [1_000, "FILE can't be served: It is nested too deeply."],
])('a file that is nested in %i brackets is refused like any other', (levels, sentence) => {
  const type = `${'['.repeat(levels)}Int${']'.repeat(levels)}`
  expect(() => readSupergraph(supergraph('', `type Query { a: ${type} }`), 'FILE')).toThrow(sentence)
})
