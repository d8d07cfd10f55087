/** An example subgraph on Mercurius with its federation plugin, which is of Federation 1: it extends what others own. */
import { mercuriusFederationPlugin } from '@mercuriusjs/federation'
import Fastify from 'fastify'
import { personBy, type Review, reviews, shippingCentsFor, wait } from './library.ts'
import type { ExampleServer } from './example-server.ts'

const schema = `
  extend type Query {
    newest(first: Int! = 2): [Review!]!
    slow(ms: Int!): Int
  }
  type Review @key(fields: "id") {
    id: ID!
    stars: Int!
    about: Book
    author: User @provides(fields: "name")
  }
  extend type Book @key(fields: "id") {
    id: ID! @external
    grams: Int! @external
    reviews: [Review!]!
    shippingCents: Int! @requires(fields: "grams")
  }
  extend type User @key(fields: "id") {
    id: ID! @external
    name: String! @external
    reviews: [Review!]!
  }
`

const resolvers = {
  Query: {
    newest: (_: unknown, { first }: { first: number }) => reviews.slice(0, first),
    slow: (_: unknown, { ms }: { ms: number }) => wait(ms),
  },
  Review: {
    about: ({ bookId }: Review) => ({ id: bookId }),
    author: ({ authorId }: Review) => ({ id: authorId, name: personBy(authorId)?.name }),
  },
  Book: {
    reviews: ({ id }: { id: string }) => reviews.filter(({ bookId }) => bookId === id),
    shippingCents: ({ grams }: { grams: number }) => shippingCentsFor(grams),
  },
  User: { reviews: ({ id }: { id: string }) => reviews.filter(({ authorId }) => authorId === id) },
}

export async function startReviews(port: number): Promise<ExampleServer> {
  const server = Fastify()
  await server.register(mercuriusFederationPlugin, { schema, resolvers: resolvers as never })
  const url = await server.listen({ port, host: '127.0.0.1' })
  return { name: 'reviews', url: `${url}/graphql`, close: () => server.close() }
}
