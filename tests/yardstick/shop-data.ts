/** A small shop: the benchmark's data, and how each of its subgraphs resolves its own part of it. */

export type User = { readonly id: string; readonly name: string; readonly username: string }

export type Product = {
  readonly upc: string
  readonly name: string
  readonly price: number
  readonly weight: number
}

export type Review = {
  readonly id: string
  readonly body: string
  readonly upc: string
  readonly authorId: string
}

export const users: readonly User[] = [
  { id: 'u1', name: 'Ada', username: '@ada' },
  { id: 'u2', name: 'Grace', username: '@grace' },
  { id: 'u3', name: 'Edsger', username: '@edsger' },
]

export const products: readonly Product[] = [
  { upc: 'p1', name: 'Table', price: 899, weight: 100 },
  { upc: 'p2', name: 'Couch', price: 1299, weight: 1000 },
  { upc: 'p3', name: 'Glass', price: 15, weight: 20 },
  { upc: 'p4', name: 'Chair', price: 499, weight: 100 },
]

/** Everybody on half of the products, so that places of the answer meet the same entities. */
export const reviews: readonly Review[] = users.flatMap(({ id: authorId }, at) =>
  products
    .filter((_, index) => (index + at) % 2 === 0)
    .map(({ upc }) => ({ id: `r-${authorId}-${upc}`, body: `${authorId} on ${upc}`, upc, authorId })),
)

const topCount = 3
// What is cheap and light is sent for more than nothing, so a price or a weight that is lost on the way shows.
const shippingOf = ({ price, weight }: Pick<Product, 'price' | 'weight'>): number =>
  price > 1000 ? 0 : Math.round(weight / 2) + 1
const isInStock = (upc: string): boolean => upc !== 'p2'

const reviewsOfUser = ({ id }: Pick<User, 'id'>) => reviews.filter(({ authorId }) => authorId === id)
const reviewsOfProduct = ({ upc }: Pick<Product, 'upc'>) => reviews.filter((review) => review.upc === upc)
const userOf = (id: string) => users.find((user) => user.id === id)
const productOf = (upc: string) => products.find((product) => product.upc === upc)

/** By subgraph. An entity that is looked up knows its key and what was sent along, and nothing else. */
export const shopResolvers: Readonly<Record<string, object>> = {
  accounts: {
    Query: { users: () => users },
    User: { __resolveReference: ({ id }: Pick<User, 'id'>) => userOf(id) },
  },
  products: {
    Query: { topProducts: () => products.slice(0, topCount) },
    Product: { __resolveReference: ({ upc }: Pick<Product, 'upc'>) => productOf(upc) },
  },
  inventory: {
    Product: {
      inStock: ({ upc }: Pick<Product, 'upc'>) => isInStock(upc),
      shippingEstimate: (sent: Product) => shippingOf(sent),
    },
  },
  reviews: {
    User: { reviews: reviewsOfUser },
    Product: { reviews: reviewsOfProduct },
    Review: {
      product: ({ upc }: Review) => ({ upc }),
      author: ({ authorId: id }: Review) => ({ id, username: userOf(id)?.username }),
    },
  },
}

/** The same by one server. */
export const oneServerResolvers = {
  Query: { users: () => users, topProducts: () => products.slice(0, topCount) },
  User: { reviews: reviewsOfUser },
  Product: {
    reviews: reviewsOfProduct,
    inStock: ({ upc }: Product) => isInStock(upc),
    shippingEstimate: shippingOf,
  },
  Review: {
    product: ({ upc }: Review) => productOf(upc),
    author: ({ authorId }: Review) => userOf(authorId),
  },
} as const
