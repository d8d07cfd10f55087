/** scratch */
import { expect, test } from 'vitest'
import { testGateway, testSubgraph } from './testing/test-gateway.ts'
import { compose } from './supergraph/compose.ts'
const log = (n: string, v: unknown) => console.log(n, JSON.stringify(v))
test('shapes', async () => {
  const a = testSubgraph(
    'a',
    `type Query { p: P n: Int list: [P] u: [U!] big(n: M): M } scalar M
   type Mutation { one: P! two: P! } type P @key(fields: "id") { id: ID! name: String }
   union U = A | B type A { price(c: String): Int same: String } type B { price(c: String): Int same: String }`,
    {
      Query: {
        p: () => ({ id: '1', name: 'n' }),
        n: () => 1,
        list: () => [{ id: '1' }, null, { id: '2' }],
        u: () => [
          { __typename: 'A', price: 1 },
          {
            __typename: 'B',
            price: ({ c }: any) => {
              throw new Error('boom ' + c)
            },
          },
        ],
        big: (_: unknown, { n }: any) => n,
      },
      Mutation: {
        one: () => {
          throw new Error('one failed')
        },
        two: () => ({ id: '2' }),
      },
    },
  )
  const b = testSubgraph(
    'b',
    'type Query { z: Int } type P @key(fields: "id") { id: ID! extra: String req: String! }',
    {
      P: { __resolveReference: ({ id }: any) => ({ id, extra: 'e' + id, req: 'r' }) },
    },
  )
  await using g = await testGateway([a, b])
  for (const wrong of [
    { data: { p: { id: '1', __typename: 'P' } }, errors: null },
    { data: { p: null }, errors: {} },
    { data: { p: null }, errors: [null] },
    { data: { p: null }, errors: [{}] },
    { data: { p: null }, errors: ['x'] },
    { data: { p: null }, errors: [{ message: 'm', path: 'p' }] },
    { data: { p: null }, errors: [{ message: 'm', path: null }] },
    { data: { p: null }, errors: [{ message: 'm', path: [{}] }] },
    { data: { p: null }, errors: [{ message: 5, path: ['p'], extensions: 'str' }] },
    { data: { p: null }, errors: [{ message: 'm', path: ['p'], extensions: null }] },
    { data: [], errors: [] },
    { data: { p: [] } },
    { data: { p: 'x' } },
    { data: 'x' },
    null,
    'x',
    [],
    { errors: 'bad' },
    { data: { p: { id: { a: 1 }, __typename: 'P' } } },
    { data: { p: { __proto__: null, id: '1', __typename: 'Evil' } } },
  ]) {
    a.answerWith = () => Promise.resolve(wrong as never)
    log('root ' + JSON.stringify(wrong), await g.ask('{ p { id extra } }'))
  }
  a.answerWith = () =>
    Promise.resolve(JSON.parse('{"data":{"p":{"id":"1","__typename":"P"},"__proto__":{"polluted":"yes"}}}'))
  log('pollute', await g.ask('{ p { id extra } }'))
  console.log('polluted?', ({} as any).polluted)
  delete (Object.prototype as any).polluted
  a.answerWith = undefined
  for (const wrong of [
    { data: { _entities: [] } },
    { data: { _entities: [5] } },
    { data: { _entities: [[]] } },
    { data: { _entities: null }, errors: null },
    {
      data: { _entities: [{ extra: 'x' }, {}] },
      errors: [{ message: 'm', path: ['_entities', 7, 'extra'] }],
    },
    { data: null, errors: [{ message: 'm', path: ['_entities'] }] },
    {
      data: { _entities: [{ extra: null }] },
      errors: [{ message: 'm', path: ['_entities', 0, 'extra'], extensions: { code: 'X' } }],
    },
    { data: { _entities: [null] }, errors: [{ message: 'm', path: ['_entities', '0'] }] },
    { data: { _entities: [null] }, errors: {} },
    { data: { _entities: [{ extra: 'x', __typename: 'Q', id: '9' }] } },
  ]) {
    b.answerWith = () => Promise.resolve(wrong as never)
    log('ent ' + JSON.stringify(wrong), await g.ask('{ p { id extra } }'))
  }
  b.answerWith = undefined
  log('mutation', await g.ask('mutation { one { id } two { id } }'))
  console.log(a.calls.slice(-2).map((c) => c.query))
  log('union', await g.ask('{ u { ... on A { x: price(c: "1") same } ... on B { x: price(c: "2") same } } }'))
  log(
    'union names',
    await g.ask('{ u { ... on A { x: price(c: "1") } ... on B { y: price x: price(c:"2") } } }'),
  )
  log('big', await g.ask('query($n: M){ big(n: $n) }', { variables: { n: 3000000000 } }))
  log('biglit', await g.ask('{ big(n: 3000000000) }'))
  log('huge', await g.ask('{ big(n: 9223372036854775808) }'))
  log('huge', await g.ask('{ big(n: 99999999999999999999999999) }'))
  log('float', await g.ask('{ big(n: 1e400) }'))
  log('obj', await g.ask('{ big(n: {a: 1, __proto__: {b: 2}}) }'))
  log(
    'objvar',
    await g.ask('query($n: M){ big(n: $n) }', {
      variables: { n: JSON.parse('{"__proto__":{"x":1},"k":[1]}') },
    }),
  )
  log('str', await g.ask('{ big(n: """block "quote" \\u0000 \\""" x""") }'))
  log('str2', await g.ask('{ big(n: "\\uD83D\\uDE00 \\u{1F600} \\" \\\\ \\n") }'))
  log('surrogate', await g.ask('query($n: M){ big(n: $n) }', { variables: { n: '\ud800' } }))
  log(
    'sched',
    await g.ask(
      '{ a: __schema { queryType { name } } p { id __typename t: __typename } b: __type(name: "P") { name } __typename }',
    ),
  )
  log(
    'nullif',
    await g.ask('query($x: Boolean = true) { p { id @skip(if: $x) name } }', { variables: { x: null } }),
  )
  log(
    'two skip',
    await g.ask(
      'query($x: Boolean!, $y: Boolean!) { p { id @skip(if: $x) @include(if: $y) } p @include(if: $y) { name } }',
      { variables: { x: false, y: true } },
    ),
  )
  log('list', await g.ask('{ list { id extra } }'))
})
test('deadline', async () => {
  const a = testSubgraph('a', 'type Query { p: P q: P } type P @key(fields: "id") { id: ID! name: String }', {
    Query: { q: () => ({ id: 1, name: 'n' }), p: () => ({ id: 1 }) },
  })
  const b = testSubgraph('b', 'type Query { z: Int } type P @key(fields: "id") { id: ID! extra: String }', {})
  a.answerWith = () => new Promise(() => undefined)
  await using g = await testGateway([a, b], { SOUK_REQUEST_MS_MAX: '300' })
  log('deadline', await g.ask('{ p { name extra } }'))
})
test('directive names', () => {
  for (const [head, use] of [
    ['import: ["@key", {name: "@authenticated", as: "@auth"}]', '@auth'],
    ['import: ["@key"]', '@federation__authenticated'],
    ['import: ["@key", "@policy"]', '@policy(policies: [["x"]])'],
    ['import: ["@key", {name: "@requiresScopes", as: "@scopes"}]', '@scopes(scopes: [["x"]])'],
    ['as: "fed", import: ["@key"]', '@fed__requiresScopes(scopes: [["x"]])'],
  ] as const) {
    try {
      const s = compose([
        {
          name: 'a',
          sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", ${head})\n type Query { secret: String ${use} }`,
        },
      ])
      console.log(use, [...s.access.fields], s.sdl.match(/secret[^\n]*/)?.[0])
    } catch (e) {
      console.log(use, String(e))
    }
  }
})
