/** Documents made by the grammar, right and wrong, then with bytes changed; variables of any shape for every type. */
import fc from 'fast-check'
import { askChecked, type Bench, type Campaign } from './fuzz-bench.ts'
import { jsonKey, jsonText, mutate, mutations } from './weird-values.ts'

const fieldNames = [
  'id',
  'name',
  'price',
  'kind',
  'shop',
  'related',
  'title',
  'products',
  'reviews',
  'mean',
  'label',
  'rating',
  'stars',

  'body',
  'product',
  'author',
  'tags',
  '__typename',
  'node',
  'search',
  'numbers',
  'echo',
  'secret',
  'fails',
  'broken',

  'review',
  'add',
  'addAll',
  'rate',
  'changed',
  'ticks',
  'reviewed',
  '__schema',
  '__type',
  '_entities',
  '_service',
  'x',
]
const typeNames = [
  'Product',
  'Shop',
  'Node',
  'Found',
  'Review',
  'Author',
  'Query',
  'Mutation',
  'Int',
  'Filter',
  '__Type',
  'X',
]
const literals = [
  '1',
  '"1"',
  '-1',
  '1.5',
  'true',
  'null',
  'A',
  'Z',
  '[]',
  '{}',
  '$a',
  '$b',
  '"\\uD800"',
  '99999999999',
  '1e999',

  '{text: "a"}',
  '{nested: [{nested: {}}]}',
  '{text: 1, text: 2}',
  '[[1]]',
  '"""a"""',
  '{__proto__: 1}',
  '""',
]
const argumentNames = [
  'id',
  'first',
  'text',
  'filter',
  'n',
  'input',
  'inputs',
  'upper',
  'if',
  'kind',
  'ids',
  'whole',
  'label',
]
const directives = ['@skip', '@include', '@deprecated', '@x', '@oneOf', '@specifiedBy', '@stream']

const args = fc
  .array(fc.tuple(fc.constantFrom(...argumentNames), fc.constantFrom(...literals)), { maxLength: 2 })
  .map((all) => (all.length === 0 ? '' : `(${all.map(([name, value]) => `${name}: ${value}`).join(' ')})`))

const directive = fc.oneof(
  { arbitrary: fc.constant(''), weight: 5 },
  {
    arbitrary: fc.tuple(fc.constantFrom(...directives), args).map(([name, given]) => ` ${name}${given}`),
    weight: 1,
  },
)
const alias = fc.oneof(
  { arbitrary: fc.constant(''), weight: 4 },
  {
    arbitrary: fc.constantFrom(
      'a: ',
      'b: ',
      '__proto__: ',
      'constructor: ',
      'toString: ',
      'id: ',
      '__typename: ',
    ),
    weight: 1,
  },
)

const selection = fc.letrec<{ set: string; one: string }>((tie) => ({
  set: fc
    .array(tie('one'), { minLength: 1, maxLength: 4, depthIdentifier: 'set' })
    .map((all) => `{ ${all.join(' ')} }`),
  one: fc.oneof(
    { depthIdentifier: 'set', maxDepth: 6, depthSize: 'small' },
    fc.tuple(alias, fc.constantFrom(...fieldNames), args, directive).map((parts) => parts.join('')),
    fc
      .tuple(alias, fc.constantFrom(...fieldNames), args, directive, tie('set'))
      .map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom(...typeNames), directive, tie('set'))
      .map(([type, some, set]) => `... on ${type}${some} ${set}`),
    fc.constantFrom('...F', '...G', '...F'),
  ),
})).set

/** What is right, so that as much is planned and run as is refused. */
const sound = fc.letrec<{ product: string; found: string; review: string; query: string }>((tie) => ({
  product: some(
    [
      'id',
      'name',
      'x: name(upper: true)',
      'price',
      'kind',
      'mean',
      'label',
      '__typename',
      'constructor: id',
      '__proto__: id',
    ],
    [
      tie('product').map((set) => `related(first: 2) ${set}`),
      tie('review').map((set) => `reviews(first: 1) ${set}`),
      fc.constant('shop { id title rating __typename }'),
      tie('product').map((set) => `... on Product @include(if: $b) ${set}`),
    ],
  ),
  found: some(
    ['__typename', '...F', '... on Node { id }'],
    [tie('product').map((set) => `... on Product ${set}`), fc.constant('... on Shop { rating title }')],
  ),
  review: some(
    ['id', 'stars', 'body', 'tags', 'author { name }', '__typename'],
    [tie('product').map((set) => `product ${set}`), tie('review').map((set) => `author { reviews ${set} }`)],
  ),
  query: some(
    ['numbers', '__typename', 'echo(text: $a)', 'fails2: echo', '__schema { queryType { name } }'],
    [
      tie('product').map((set) => `product(id: 1) ${set}`),
      tie('found').map((set) => `search(text: $a) ${set}`),
      tie('review').map((set) => `reviews ${set}`),
      tie('product').map((set) => `broken ${set}`),
      tie('product').map((set) => `p2: product(id: "2") @skip(if: $b) ${set}`),
    ],
  ),
})).query

function some(leaves: readonly string[], branches: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  const leaf = fc.constantFrom(...leaves)
  return fc
    .array(fc.oneof({ depthIdentifier: 'sound', maxDepth: 5, depthSize: 'small' }, leaf, ...branches), {
      minLength: 1,
      maxLength: 4,
      depthIdentifier: 'sound',
    })
    .map((all) => `{ ${all.join(' ')} }`)
}

const document = fc.oneof(
  sound.map((set) => `query Q($a: String, $b: Boolean = false) ${set} fragment F on Product { id }`),
  fc
    .tuple(
      fc.constantFrom(
        '',
        'query ',
        'query Q',
        'mutation ',
        'subscription ',
        'query Q($a: String, $b: [Filter!]) ',
      ),
      selection,
      fc.constantFrom(
        '',
        'fragment F on Product { id }',
        'fragment F on Node { ...G } fragment G on Node { ...F }',
        'type X { y: Int }',
      ),
    )
    .map((parts) => parts.join(' ')),
)

export const documentsCampaign: Campaign = {
  name: 'documents',
  percent: 30,
  property: ({ client }: Bench) =>
    anyCase(
      fc.record({ text: document, changes: fc.oneof(fc.constant([]), mutations) }),
      async ({ text, changes }) => {
        const query = mutate(text, changes).toString('utf8')
        await askChecked(client, jsonBody(JSON.stringify({ query, variables: { a: 'x', b: false } })))
      },
    ),
}

const typed = ['String', 'Float', 'Int', 'Boolean', 'Kind', '[ID!]', 'Filter']
const named = ['text', 'float', 'whole', 'yes', 'kind', 'ids', 'filter']

export const variablesCampaign: Campaign = {
  name: 'variables',
  percent: 15,
  property: ({ client }: Bench) =>
    anyCase(
      fc.record({
        at: fc.nat(typed.length - 1),
        bang: fc.constantFrom('', '!', ' = null'),
        value: jsonText,
        more: fc.array(fc.tuple(jsonKey, jsonText), { maxLength: 3 }),
        around: fc.constantFrom('variables', 'extensions', 'operationName', 'query', '__proto__'),
        other: fc.oneof({ arbitrary: fc.constant(''), weight: 3 }, { arbitrary: jsonText, weight: 1 }),
      }),
      async ({ at, bang, value, more, around, other }) => {
        const query = `query($v: ${typed[at]}${bang}) { echo(${named[at]}: $v) product(id: 1) { id } }`
        const variables = [['v', value], ...more].map(([key, text]) => `"${key}":${text}`).join()
        const last = other === '' ? '' : `,"${around}":${other}`
        await askChecked(
          client,
          jsonBody(`{"query":${JSON.stringify(query)},"variables":{${variables}}${last}}`),
        )
      },
    ),
}

const jsonBody = (body: string) => ({ headers: { 'content-type': 'application/json' }, body })

/** A property of one argument, whatever it is. */
export const anyCase = <Value>(
  arbitrary: fc.Arbitrary<Value>,
  check: (value: Value) => Promise<void>,
): fc.IAsyncPropertyWithHooks<[unknown]> =>
  fc.asyncProperty(arbitrary as fc.Arbitrary<unknown>, (value) => check(value as Value))
