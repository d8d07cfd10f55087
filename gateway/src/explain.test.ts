/** Every stage of planning can be printed, on SDLs and on a supergraph, and what can't be explained is one sentence. */
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { explain } from './explain.ts'
import { type ExplainStage, readStage } from './explain-stages.ts'
import { compose } from './supergraph/compose.ts'
import { noOwnership } from './supergraph/check-ownership.ts'
import { federation } from './testing/test-gateway.ts'

const subgraphs = [
  {
    name: 'products',
    sdl: `type Query { media: [Media!]! }
      interface Media { id: ID! title: String }
      type Video implements Media @key(fields: "id") { id: ID! title: String product: Product }
      type Live implements Media @key(fields: "id") { id: ID! title: String }
      type Product @key(fields: "id") { id: ID! weight(unit: String): Int }`,
  },
  {
    name: 'reviews',
    sdl: `type Query { newest: Review }
      type Product @key(fields: "id") {
        id: ID! weight(unit: String): Int @external shipping: Int @requires(fields: "weight(unit: \\"g\\")")
      }
      type Review @key(fields: "id") { id: ID! product: Product author: Author }
      type Author @key(fields: "id", resolvable: false) { id: ID! }
      type Live @key(fields: "id") { id: ID! likes: Int }`,
  },
  {
    name: 'people',
    sdl: 'type Query { me: Author } type Author @key(fields: "id") { id: ID! name: String }',
  },
].map(({ name, sdl }) => ({ name, sdl: federation + sdl }))

const query = `query($more: Boolean!) {
  media { ... on Video { product { shipping weight: weight(unit: "kg") } } ... on Live { likes @include(if: $more) } }
  newest { author { name } }
}`
const config = readConfig({})

const stage = async (name: ExplainStage): Promise<string> =>
  await explain({ subgraphs, query, stage: name, config })

test('an operation is printed as it is planned', async () => {
  expect(await stage('normalized')).toMatchInlineSnapshot(`
    "query {
      media {
        ... on Video {
          product {
            shipping
            weight__0: weight(unit: "kg")
          }
        }
        ... on Live {
          likes if $more
        }
      }
      newest {
        author {
          name
        }
      }
    }"
  `)
})

test('the moves of the types that an operation touches are printed', async () => {
  expect(await stage('moves')).toMatchInlineSnapshot(`
    "Query
      media  products
      newest  reviews
    Media
      in products  Live | Video
    Video
      id  products
      product  products
      enter  products by id
    Product
      id  products · reviews
      shipping  reviews, requires _weight_0: weight(unit: "g")
      weight  products · reviews, external
      enter  products by id · reviews by id
    Live
      id  products · reviews
      likes  reviews
      enter  products by id · reviews by id
    Review
      id  reviews
      author  reviews
      enter  reviews by id
    Author
      id  people · reviews
      name  people
      enter  people by id"
  `)
})

test('the ways to each field are printed with what they cost', async () => {
  expect(await stage('paths')).toMatchInlineSnapshot(`
    "media  products +2
      ... on Video
        product  products +2
          shipping  reviews
          weight__0: weight(unit: "kg")  products
      ... on Live
        likes if $more  reviews
    newest  reviews +1
      author  reviews +1
        name  people
    keys
      Product from products  reviews by id
      Product from reviews  products by id
      Live from products  reviews by id
      Live from reviews  products by id"
  `)
})

test('the fetches are printed before they are optimised, and the plan after', async () => {
  expect(await stage('fetches')).toMatch(/^query, 5 fetches\n/)
  expect(await stage('plan')).toMatch(/^query, 4 fetches\n/)
  expect(await explain({ subgraphs, query, config })).toBe(await stage('plan'))
})

test('both plans are proved', async () => {
  expect(await stage('checked')).toBe(
    'with its optimisations, 4 fetches: proved\nwithout them, 5 fetches: proved',
  )
})

test('a supergraph is explained as the subgraphs that it is of', async () => {
  const supergraph = compose(subgraphs, noOwnership)
  expect(await explain({ supergraph, query, config })).toBe(await stage('plan'))
})

test('what is asked without a fetch has every stage too', async () => {
  for (const name of ['normalized', 'moves', 'paths', 'fetches', 'plan', 'checked'] as const)
    await expect(explain({ subgraphs, query: '{ __typename }', stage: name, config })).resolves.toEqual(
      expect.any(String),
    )
})

test.each([
  ['{ produ', 'Syntax Error: Expected Name, found <EOF>. (line 1, column 8)'],
  ['{ nothing }', 'Cannot query field "nothing" on type "Query".'],
  ['mutation { nothing }', 'This graph has no mutation.'],
  [
    'query A { me { id } } query B { me { id } }',
    'Name the operation to explain: the document has several, or none.',
  ],
])('what can not be explained is a sentence: %s', async (wrong, message) => {
  await expect(explain({ subgraphs, query: wrong, config })).rejects.toMatchObject({ message })
})

test('an operation that the document does not have is named', async () => {
  await expect(
    explain({ subgraphs, query: 'query A { me { id } }', operationName: 'B', config }),
  ).rejects.toMatchObject({ message: 'The document has no operation B.' })
})

test.each([400, 100_000])(
  'a query that is nested %i levels deep is refused in a sentence',
  async (levels) => {
    const wrong = `${'{ me '.repeat(levels)}${'}'.repeat(levels)}`
    await expect(explain({ subgraphs, query: wrong, config })).rejects.toMatchObject({
      message: 'The query is nested too deeply.',
    })
  },
)

test('a stage that there is not is answered with those that there are', () => {
  expect(() => readStage('nothing')).toThrow(/There is no stage nothing[^]*normalized[^]*checked/)
  expect(() => readStage('constructor')).toThrow('There is no stage constructor')
})
