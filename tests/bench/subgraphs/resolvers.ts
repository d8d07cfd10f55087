/** The public federation benchmark's four subgraphs over its data: a shop with users, products, their stock and their reviews. */
import { readFileSync } from 'node:fs'

type Review = { readonly id: string; readonly body: string; readonly upc: string }
type User = { readonly id: string; readonly username: string }
type Product = { readonly upc: string; readonly price: number; readonly weight: number }
type Data = {
  readonly reviews: readonly Review[]
  readonly users: readonly User[]
  readonly products: readonly Product[]
  readonly inventory: Readonly<Record<string, boolean>>
}

const data = JSON.parse(readFileSync(new URL('../graph/data.json', import.meta.url), 'utf8')) as Data

const topOf = (first: number): readonly Product[] => data.products.slice(0, first)
const shippingOf = ({ price, weight }: Product): number => (price > 1000 ? 0 : Math.round(weight / 2))

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
      inStock: ({ upc }: Product) => data.inventory[upc],
      shippingEstimate: (product: Product) => shippingOf(product),
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
