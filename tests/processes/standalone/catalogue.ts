/** An example subgraph on GraphQL Yoga: books and films, under an interface that is an entity, and in a union. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'
import { createYoga } from 'graphql-yoga'
import { type Book, type Film, media, mediumBy, typeOfMedium } from './library.ts'
import type { ExampleServer } from './example-server.ts'

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query {
    media: [Media!]!
    medium(id: ID!): Media
    search(text: String!): [Found!]!
  }
  interface Media @key(fields: "id") {
    id: ID!
    title: String!
  }
  type Book implements Media @key(fields: "id") {
    id: ID!
    title: String!
    pages: Int!
    grams: Int!
  }
  type Film implements Media @key(fields: "id") {
    id: ID!
    title: String!
    minutes: Int!
  }
  union Found = Book | Film
`)

const resolvers = {
  Query: {
    media: () => media,
    medium: (_: unknown, { id }: { id: string }) => mediumBy(id),
    search: (_: unknown, { text }: { text: string }) => media.filter(({ title }) => title.includes(text)),
  },
  Media: { __resolveType: typeOfMedium, __resolveReference: ({ id }: { id: string }) => mediumBy(id) },
  Found: { __resolveType: (one: Book | Film) => typeOfMedium(one) },
  Book: { __resolveReference: ({ id }: { id: string }) => mediumBy(id) },
  Film: { __resolveReference: ({ id }: { id: string }) => mediumBy(id) },
}

export async function startCatalogue(port: number): Promise<ExampleServer> {
  const yoga = createYoga({
    schema: buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]),
    logging: false,
  })
  const server = createServer((request, response) => void yoga(request, response))
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { name: 'catalogue', url, close }
}
