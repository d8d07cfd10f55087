/** Writes what one server answers to each query over the same data: what every gateway has to answer. `node tests/tools/run.mjs tests/bench/graph/write-expected.ts` */
import { readFileSync, writeFileSync } from 'node:fs'
import { buildSchema, execute, parse } from 'graphql'
import { data, inventoryOf, shippingOf, type Product, type Review, type User } from '../subgraphs/data.ts'

const schema = buildSchema(`
  type Query { me: User users: [User] topProducts(first: Int = 5): [Product] }
  type User { id: ID! username: String name: String reviews: [Review] }
  type Product { upc: String! name: String price: Int weight: Int inStock: Boolean shippingEstimate: Int reviews: [Review] }
  type Review { id: ID! body: String product: Product author: User }
`)
const rootValue = {
  me: () => person(data.users[0]),
  users: () => data.users.map(person),
  topProducts: ({ first }: { readonly first: number }) => data.products.slice(0, first).map(product),
}
for (const name of ['big', 'small']) {
  const document = parse(readFileSync(new URL(`queries/${name}.graphql`, import.meta.url), 'utf8'))
  const answer = await execute({ schema, document, rootValue })
  writeFileSync(new URL(`expected/${name}.json`, import.meta.url), `${JSON.stringify(answer)}\n`)
}

function person(user: User | undefined): object | undefined {
  return user && { ...user, reviews: () => data.reviews.slice(0, 2).map(review) }
}

function review(one: Review): object {
  return {
    ...one,
    product: () => product(data.products.find(({ upc }) => upc === one.upc)),
    author: () => person(data.users[0]),
  }
}

function product(one: Product | undefined): object | undefined {
  return (
    one && {
      ...one,
      inStock: inventoryOf(one),
      shippingEstimate: shippingOf(one),
      reviews: () => data.reviews.filter(({ upc }) => upc === one.upc).map(review),
    }
  )
}
