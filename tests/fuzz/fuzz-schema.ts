/** The schemas of the attacked subgraphs, with what answers them: lists, unions, interfaces, inputs in inputs, events. */

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@authenticated"])\n`

export const shopSdl = `${federation}
type Query { node(id: ID!): Node search(text: String, first: Int, filter: Filter): [Found!] numbers(n: Int): [Int!]!
  echo(text: String, float: Float, whole: Int, yes: Boolean, kind: Kind, ids: [ID!], filter: Filter = { text: "a" }): String
  product(id: ID!): Product secret: Int @authenticated fails: Int! broken: [Product] }
type Mutation { add(input: Filter!): Product addAll(inputs: [Filter!]!): [Product!] }
type Subscription { changed(id: ID): Product ticks(n: Int): Int }
interface Node { id: ID! }
union Found = Product | Shop
type Product implements Node @key(fields: "id") { id: ID! name(upper: Boolean): String price: Float kind: Kind shop: Shop related(first: Int): [Product!] }
type Shop implements Node @key(fields: "id") { id: ID! title: String! products: [[Product]] }
enum Kind { A B }
input Filter { text: String kind: Kind nested: [Filter!] price: Float n: Int not: Filter }`

export const reviewsSdl = `${federation}
type Query { reviews(first: Int): [Review!] review(id: ID!): Review }
type Mutation { rate(id: ID!, stars: Int!): Review }
type Subscription { reviewed: Review }
type Review @key(fields: "id") { id: ID! stars: Int! body: String any: Any product: Product! author: Author tags: [String!]! }
scalar Any
type Author { name: String! reviews: [Review!] }
type Product @key(fields: "id") { id: ID! name(upper: Boolean): String @external reviews(first: Int): [Review!] mean: Float label: String @requires(fields: "name") }
type Shop @key(fields: "id") { id: ID! rating: Float! }`

const few = 3

const product = (id: unknown): object => ({
  __typename: 'Product',
  id: String(id),
  name: ({ upper }: { upper?: boolean }) => (upper === true ? 'LAMP' : 'lamp'),
  price: 1.5,
  kind: 'A',
  shop: () => shop(`s${String(id)}`.slice(0, 20)),
  related: () => [1, 2].map(product),
})

const shop = (id: unknown): object => ({
  __typename: 'Shop',
  id: String(id),
  title: 'bazaar',
  products: () => [[product(1)], [null, product(2)], null],
})

const review = (id: unknown): object => ({
  __typename: 'Review',
  id: String(id),
  stars: 4,
  body: 'good',
  any: { a: [1, 'b'] },
  tags: ['a', 'b'],
  product: () => ({ __typename: 'Product', id: '1' }),
  author: () => ({ name: 'Ada', reviews: () => [review(1)] }),
})

const failing = (code?: string): Error =>
  Object.assign(new Error(code === undefined ? 'zebra inside' : 'No such thing.'), {
    extensions: { ...(code && { code }), stacktrace: ['zebra'], exception: { zebra: 1 } },
  })

export const shopResolvers = (changes: () => AsyncIterable<number>): object => ({
  Query: {
    node: (_: unknown, { id }: { id: string }) => (id.startsWith('s') ? shop(id) : product(id)),
    search: () => [product(1), shop('s1'), product(2)],
    numbers: () => [1, 2, few],
    echo: (_: unknown, given: { text?: string | null }) => given.text ?? null,
    product: (_: unknown, { id }: { id: string }) => product(id),
    secret: () => 1,
    fails: () => Promise.reject(failing()),
    broken: () => [failing('NOT_FOUND'), product(1), failing()],
  },
  Mutation: {
    add: () => product('new'),
    addAll: (_: unknown, { inputs }: { inputs: readonly object[] }) =>
      inputs.map((_input, at) => product(at)),
  },
  Subscription: {
    changed: { subscribe: () => mapped(changes(), (id) => ({ changed: product(id) })) },
    ticks: { subscribe: () => mapped(upTo(few), (ticks) => ({ ticks })) },
  },
  Product: { __resolveReference: ({ id }: { id: string }) => product(id) },
  Shop: { __resolveReference: ({ id }: { id: string }) => shop(id) },
})

export const reviewsResolvers = (changes: () => AsyncIterable<number>): object => ({
  Query: {
    reviews: () => [1, 2, few].map(review),
    review: (_: unknown, { id }: { id: string }) => review(id),
  },
  Mutation: { rate: (_: unknown, { id }: { id: string }) => review(id) },
  Subscription: { reviewed: { subscribe: () => mapped(changes(), (id) => ({ reviewed: review(id) })) } },
  Review: { __resolveReference: ({ id }: { id: string }) => review(id) },
  Product: {
    reviews: () => [1, 2].map(review),
    mean: () => 4.5,
    label: ({ name }: { name?: string }) => `${String(name)}!`,
  },
  Shop: { rating: () => 4.25 },
})

/** An event every few milliseconds for as long as it is read. */
export function eventsUntilLeft(readers: Set<object>): AsyncIterableIterator<number> {
  let timer: NodeJS.Timeout | undefined
  let wake = (): void => undefined
  let isLeft = false
  let count = 0
  const events: AsyncIterableIterator<number> = {
    async next() {
      if (!isLeft)
        await new Promise<void>((resolve) => {
          wake = resolve
          timer = setTimeout(resolve, eventMs)
        })
      count += 1
      return isLeft ? { done: true, value: undefined } : { done: false, value: count }
    },
    return() {
      isLeft = true
      clearTimeout(timer)
      readers.delete(events)
      wake()
      return Promise.resolve({ done: true, value: undefined })
    },
    [Symbol.asyncIterator]: () => events,
  }
  readers.add(events)
  return events
}

const eventMs = 20

// Not a generator: one that waits for its next event hears of its end only when that comes.
function mapped<From, To>(
  events: AsyncIterable<From>,
  change: (event: From) => To,
): AsyncIterableIterator<To> {
  const source = events[Symbol.asyncIterator]()
  const result: AsyncIterableIterator<To> = {
    async next() {
      const { done, value } = await source.next()
      return done === true ? { done: true, value: undefined } : { done: false, value: change(value) }
    },
    async return() {
      await source.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => result,
  }
  return result
}

async function* upTo(count: number): AsyncGenerator<number> {
  for (let at = 1; at <= count; at += 1) yield await Promise.resolve(at)
}
