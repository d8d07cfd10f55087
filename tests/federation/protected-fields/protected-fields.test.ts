/** What a viewer may not read gets to no answer by no way, and to no subgraph in what it is sent of an object. */
import { compose } from '@souk/gateway'
import { testSubgraph } from '@souk/gateway/testing'
import { expect, test } from 'vitest'
import { freeOwnership, openProtected, signedIn } from './protected-graph.ts'

const ann = await signedIn()

const shelf = {
  sdl: `type Query { p: Product! }
    type Product @key(fields: "id") { id: ID! name: String weight: Int @authenticated }`,
  resolvers: {
    Query: { p: () => ({ id: '1' }) },
    Product: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      name: () => 'desk',
      weight: () => 4711,
    },
  },
}

const parcels = (rule: string) => ({
  sdl: `type Product @key(fields: "id") {
    id: ID! weight: Int @external
    shipping: Int @requires(fields: "weight") ${rule}
    label: String @external
  }`.replace('label: String @external', ''),
  resolvers: { Product: { shipping: ({ weight }: { weight: number }) => weight * 2 } },
})

const withoutRuleOf =
  (field: string) =>
  (sdl: string): string =>
    sdl.replace(new RegExp(`(\\b${field}: .*) @authenticated`), '$1')

test('a field that requires a protected one without its rule does not compose, and is told the remedy', () => {
  const { sdl, resolvers } = parcels('')
  const subgraphs = [
    testSubgraph('shelf', shelf.sdl, shelf.resolvers),
    testSubgraph('parcels', sdl, resolvers),
  ]
  expect(() => compose(subgraphs, freeOwnership)).toThrow(
    /\[parcels\] Field "Product\.shipping" .* Put the same rules of access on the field as on what it requires\./,
  )
})

test('a supergraph of yesterday gives a field the rules of what it requires', async () => {
  await using graph = await openProtected(
    { shelf, parcels: parcels('@authenticated') },
    { edit: withoutRuleOf('shipping') },
  )
  expect(await graph.ask('{ p { name shipping } }')).toEqual({
    status: 200,
    data: { p: { name: 'desk', shipping: null } },
    errors: [expect.objectContaining({ path: ['p', 'shipping'], extensions: { code: 'UNAUTHENTICATED' } })],
  })
  expect(graph.sentTo('parcels')).toBe('[]')
  expect(graph.sentTo('shelf')).not.toContain('weight')
  expect(await graph.ask('{ p { shipping } }', { headers: ann })).toMatchObject({
    data: { p: { shipping: 9422 } },
  })
})

test('a rule that lets more viewers in than that of the required field does not open it', async () => {
  const guarded = {
    ...shelf,
    sdl: shelf.sdl.replace('@authenticated', '@requiresScopes(scopes: [["heavy"]])'),
  }
  await using graph = await openProtected({
    shelf: guarded,
    parcels: parcels('@requiresScopes(scopes: [["heavy"], ["light"]])'),
  })
  const light = await graph.ask('{ p { shipping } }', { headers: await signedIn('light') })
  expect(light).toMatchObject({
    data: { p: { shipping: null } },
    errors: [{ extensions: { code: 'FORBIDDEN' } }],
  })
  expect(graph.sentTo('parcels')).not.toContain('4711')
  const heavy = await graph.ask('{ p { shipping } }', { headers: await signedIn('heavy') })
  expect(heavy).toMatchObject({ data: { p: { shipping: 9422 } } })
})

test('a field that requires what requires a protected one is closed as well', async () => {
  const bills = {
    sdl: `type Product @key(fields: "id") {
      id: ID! shipping: Int @external total: Int @requires(fields: "shipping") @authenticated
    }`,
    resolvers: { Product: { total: ({ shipping }: { shipping: number }) => shipping + 1 } },
  }
  await using graph = await openProtected(
    { shelf, parcels: parcels('@authenticated'), bills },
    { edit: (sdl) => withoutRuleOf('total')(withoutRuleOf('shipping')(sdl)) },
  )
  expect(await graph.ask('{ p { total } }')).toMatchObject({ data: { p: { total: null } } })
  expect(graph.sentTo('bills') + graph.sentTo('parcels')).toBe('[][]')
  expect(await graph.ask('{ p { total } }', { headers: ann })).toMatchObject({ data: { p: { total: 9423 } } })
})

test('an interface object that requires a protected field gets it of no object that denies it', async () => {
  const things = {
    sdl: `type Query { things: [Thing!]! }
      interface Thing @key(fields: "id") { id: ID! weight: Int }
      type Gold implements Thing @key(fields: "id") { id: ID! weight: Int @authenticated }
      type Sand implements Thing @key(fields: "id") { id: ID! weight: Int }`,
    resolvers: {
      Query: {
        things: () => [
          { __typename: 'Gold', id: 'g', weight: 4711 },
          { __typename: 'Sand', id: 's', weight: 5 },
        ],
      },
    },
  }
  const scales = {
    sdl: `type Thing @key(fields: "id") @interfaceObject {
      id: ID! weight: Int @external price: Int @requires(fields: "weight")
    }`,
    resolvers: { Thing: { price: ({ weight }: { weight: number }) => weight * 2 } },
  }
  await using graph = await openProtected({ things, scales })
  expect(await graph.ask('{ things { id price } }')).toMatchObject({
    data: {
      things: [
        { id: 'g', price: null },
        { id: 's', price: 10 },
      ],
    },
    errors: [
      { message: 'Gold.price needs a signed-in viewer. Send a valid token.', path: ['things', 0, 'price'] },
    ],
  })
  expect(graph.sentTo('scales')).toContain('5')
  expect(graph.sentTo('scales')).not.toContain('4711')
})

test('what another subgraph provides of a protected field is denied there as well', async () => {
  const lists = {
    sdl: `type Query { best: Product @provides(fields: "weight") }
      type Product @key(fields: "id") { id: ID! weight: Int @external }`,
    resolvers: { Query: { best: () => ({ id: '1', weight: 4711 }) } },
  }
  await using graph = await openProtected({ shelf, lists })
  expect(await graph.ask('{ best { id weight } }')).toMatchObject({
    data: { best: { id: '1', weight: null } },
  })
  expect(graph.sentTo('lists')).not.toContain('weight')
})

test('a protected key still joins what is open, and is in no answer', async () => {
  const open = {
    sdl: 'type Query { p: Product } type Product @key(fields: "code") { code: ID! @authenticated name: String }',
    resolvers: { Query: { p: () => ({ code: 'secret-code', name: 'desk' }) } },
  }
  const stock = {
    sdl: 'type Product @key(fields: "code") { code: ID! left: Int }',
    resolvers: { Product: { left: () => 3 } },
  }
  await using graph = await openProtected({ open, stock })
  const answer = await graph.ask('{ p { name left } }')
  expect(answer).toEqual({ status: 200, data: { p: { name: 'desk', left: 3 } } })
  expect(await graph.ask('{ p { name code } }')).toMatchObject({ data: { p: null } })
})

test.each([
  ['an alias', '{ p { name: weight } }'],
  ['a fragment', '{ p { ...F } } fragment F on Product { weight }'],
  [
    'an inline fragment that is always included',
    '{ p { ... @include(if: true) { ... on Product { weight } } } }',
  ],
  ['the same field twice', '{ p { weight weight } }'],
  ['an alias of a field that is open', '{ p { weight: weight name: name } }'],
])('%s is no way round a rule', async (_what, query) => {
  await using graph = await openProtected({ shelf })
  const { data } = await graph.ask(query)
  expect(JSON.stringify(data)).not.toContain('4711')
  expect(graph.sentTo('shelf')).not.toContain('weight')
})

test('a rule on a scalar, an enum or a union’s member holds wherever one is returned', async () => {
  const vault = {
    sdl: `scalar Iban @authenticated
      enum Level @authenticated { LOW HIGH }
      type Note { text: String } type Secret @authenticated { text: String }
      union Paper = Note | Secret
      type Query { iban: Iban level: Level papers: [Paper] }`,
    resolvers: {
      Query: {
        iban: () => 'DE99',
        level: () => 'HIGH',
        papers: () => [
          { __typename: 'Note', text: 'open' },
          { __typename: 'Secret', text: 'closed' },
        ],
      },
    },
  }
  await using graph = await openProtected({ vault })
  const query = '{ iban level papers { __typename ... on Note { text } } }'
  const { data, errors } = await graph.ask(query)
  expect(data).toEqual({ iban: null, level: null, papers: [{ __typename: 'Note', text: 'open' }, null] })
  expect(errors?.map(({ message }) => message)).toEqual([
    'Query.iban needs a signed-in viewer. Send a valid token.',
    'Query.level needs a signed-in viewer. Send a valid token.',
    'Secret needs a signed-in viewer. Send a valid token.',
  ])
  const whole = await graph.ask(query, { headers: ann })
  expect(whole.data).toMatchObject({ iban: 'DE99', level: 'HIGH', papers: [{}, { __typename: 'Secret' }] })
})

test('rules that a subgraph imports under other names are the same rules', async () => {
  const renamed = {
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
        { name: "@authenticated", as: "@signedIn" }, { name: "@requiresScopes", as: "@needs" }
      ])
      type Query { mine: Int @signedIn ours: Int @needs(scopes: [["team"]]) open: Int }`,
    resolvers: { Query: { mine: () => 1, ours: () => 2, open: () => 3 } },
  }
  await using graph = await openProtected({ renamed })
  expect(await graph.ask('{ mine ours open }')).toMatchObject({ data: { mine: null, ours: null, open: 3 } })
  expect(await graph.ask('{ mine ours }', { headers: ann })).toMatchObject({ data: { mine: 1, ours: null } })
  const team = await signedIn('team')
  expect(await graph.ask('{ mine ours }', { headers: team })).toMatchObject({ data: { mine: 1, ours: 2 } })
})

test('what two subgraphs say of one field has to hold both', async () => {
  const field = (rule: string) => ({
    sdl: `type Query { both: Int @shareable @requiresScopes(scopes: ${rule}) }`,
    resolvers: { Query: { both: () => 1 } },
  })
  await using graph = await openProtected({ one: field('[["a"], ["b"]]'), other: field('[["c"], ["d"]]') })
  const readWith = async (...scopes: readonly string[]) =>
    (await graph.ask('{ both }', { headers: await signedIn(...scopes) })).data
  expect(await readWith('a', 'b')).toEqual({ both: null })
  expect(await readWith('c')).toEqual({ both: null })
  expect(await readWith('a', 'd')).toEqual({ both: 1 })
  expect(await readWith('b', 'c')).toEqual({ both: 1 })
})

test('the schema that is told has neither rules nor what is inaccessible', async () => {
  const hidden = { ...shelf, sdl: shelf.sdl.replace('name: String', 'name: String cost: Int @inaccessible') }
  await using graph = await openProtected({ hidden })
  const { data } = await graph.ask('{ __schema { directives { name } types { name fields { name } } } }')
  const told = JSON.stringify(data)
  expect(told).toContain('weight')
  for (const secret of ['authenticated', 'requiresScopes', 'policy', 'cost'])
    expect(told).not.toContain(secret)
  const { errors } = await graph.ask('{ p { cost } }', { headers: ann })
  expect(errors?.[0]?.message).toBe('Cannot query field "cost" on type "Product".')
})
