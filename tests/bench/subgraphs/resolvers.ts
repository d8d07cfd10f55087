/** The public federation benchmark's four subgraphs over its data: a shop with users, products, their stock and their reviews. */
import { readFileSync } from 'node:fs'
import { data, inventoryOf, shippingOf, type Product, type Review, type User } from './data.ts'

const topOf = (first: number): readonly Product[] => data.products.slice(0, first)

export const subgraphNames = ['accounts', 'inventory', 'products', 'reviews'] as const
export type BenchSubgraph = (typeof subgraphNames)[number]

export const sdlOf = (name: BenchSubgraph): string =>
  readFileSync(new URL(`../graph/${name}.graphql`, import.meta.url), 'utf8')

export const resolvers: Readonly<Record<BenchSubgraph, object>> = {
  accounts: {
    Query: {
      me: () => data.users[0],
      users: () => data.users,
      user: (_: unknown, { id }: { id: string }) => data.users.find((user) => user.id === id),
    },
    User: { __resolveReference: ({ id }: User) => data.users.find((user) => user.id === id) },
  },
  inventory: {
    Product: {
      inStock: inventoryOf,
      shippingEstimate: shippingOf,
    },
  },
  products: {
    Query: { topProducts: (_: unknown, { first }: { first: number }) => topOf(first) },
    Product: { __resolveReference: ({ upc }: Product) => data.products.find((one) => one.upc === upc) },
  },
  reviews: {
    User: { reviews: () => data.reviews.slice(0, 2) },
    Product: { reviews: ({ upc }: Product) => data.reviews.filter((review) => review.upc === upc) },
    Review: {
      product: ({ upc }: Review) => ({ upc }),
      author: () => ({ id: '1', username: 'urigo' }),
    },
  },
}
