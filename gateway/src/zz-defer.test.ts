/** Scratch. */
import { expect, test } from 'vitest'
import { testGateway, testSubgraph } from './testing/test-gateway.ts'

test('plans', async () => {
  await using gateway = await testGateway([
  testSubgraph(
    'products',
    `type Query { product(id: ID!): Product products: [Product!]! media: [Media!]! shop: Shop }
     type Shop { name: String owner: Product city: City } type City { name: String zip: String }
     type Product @key(fields: "id") { id: ID! title: String! weight(unit: String): Int dims: Dims }
     type Dims { w: Int h: Int }
     interface Media { id: ID! title: String }
     type Video implements Media @key(fields: "id") { id: ID! title: String product: Product }
     type Live implements Media @key(fields: "id") { id: ID! title: String room: Int }`,
    {Query: {product: () => ({id: '1', title: 'T', dims: {w: 1, h: 2}}), products: () => [{id:'1', title: 'a'},{id:'2',title:'b'}]}, Product: {__resolveReference: (x: any) => ({...x, title: 'T' + x.id})}},
  ),
  testSubgraph(
    'reviews',
    `type Query { newest: Review }
     type Product @key(fields: "id") { id: ID! weight(unit: String): Int @external reviews(first: Int): [Review!]! shipping: Int @requires(fields: "weight(unit: \\"g\\")") }
     type Review @key(fields: "id") { id: ID! body: String author: Author }
     type Author @key(fields: "id") { id: ID! }
     type Live @key(fields: "id") { id: ID! likes: Int }`,
    {Query: {newest: () => ({id: 'n', body: 'new'})}, Product: {reviews: (p: any) => [{id: 'r' + p.id, body: 'B' + p.id, author: {id: 'x'}}]}, Review: {__resolveReference: (r: any) => ({...r, body: 'again', author: {id: 'x'}})}},
  ),
  testSubgraph(
    'people',
    `type Query { me: Author } type Author @key(fields: "id") { id: ID! name: String }`,
    {Author: {name: () => 'Ada'}},
  ),
])
  const queries = [
    '{ product(id: 1) { title ... @defer { reviews { body author { name } } } } }',
    '{ product(id: 1) { title reviews { body ... @defer { author { name } } } } }',
    '{ product(id: 1) { title ... @defer { weight } } }',
    '{ product(id: 1) { ... @defer { title shipping } } }',
    '{ product(id: 1) { title ... @defer(label: "a") { shipping ... @defer(label: "b") { reviews { body } } } } ... @defer { newest { body } } }',
    '{ product(id: 1) { title ... @defer { reviews { body } } ... @defer { reviews { id author { name } } } } }',
    '{ media { title ... on Live @defer { likes room } ... @defer { title id } ... on Video @defer { product { title } } } }',
    '{ shop { name ... @defer { city { name } owner { title } } } }',
    '{ product(id: 1) { title dims { w ... @defer { h } } } }',
    '{ ... @defer { shop { name } newest { body } } product(id: 1) { title } }',
  ]
  const out = []
  for (const q of queries) out.push(q + '\n' + await gateway.explain(q).catch((e: Error) => e.message))
  console.log(out.join('\n\n'))
  for (const q of [queries[0]!, queries[1]!, queries[4]!, '{ products { id ... @defer { title reviews { body } } } }']) {
  const res = await gateway.respond({ headers: { accept: 'multipart/mixed;deferSpec=20220824, application/json' }, body: { query: q } })
  let text = ''
  if (typeof res.body === 'string') text = res.body; else for await (const x of res.body) text += x
  console.log(JSON.stringify(res.headers), text)
  }
})
