/** An example subgraph on Apollo Server: people, and what they like of whatever is a medium (an interface object). */
import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled'
import { startStandaloneServer } from '@apollo/server/standalone'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'
import { likes, people, type Person, personBy } from './library.ts'
import type { ExampleServer } from './example-server.ts'

const typeDefs = parse(`
  extend schema @link(
    url: "https://specs.apollo.dev/federation/v2.5"
    import: ["@key", "@interfaceObject", "@shareable", "@inaccessible", "@authenticated"]
  )
  type Query {
    me: User
    user(id: ID!): User
    "Tells what of the caller's headers arrives here."
    header(name: String!): String
    secret: String @authenticated
    broken: String
  }
  type Mutation {
    greet(id: ID!, with: String! = "hello"): User
  }
  type User @key(fields: "id") {
    id: ID!
    "Provided by reviews as well."
    name: String! @shareable
    email: String @inaccessible
    greeting: String
    favourites: [Media!]!
  }
  "A medium as this subgraph knows it: something that is liked."
  type Media @key(fields: "id") @interfaceObject {
    id: ID!
    likedBy: [User!]!
  }
`)

type Headers = { readonly headers: Readonly<Record<string, string | string[] | undefined>> }

const resolvers = {
  Query: {
    me: () => personBy('1'),
    user: (_: unknown, { id }: { id: string }) => personBy(id),
    header: (_: unknown, { name }: { name: string }, { headers }: Headers) => headers[name] ?? null,
    secret: () => 'for those who are signed in',
    broken: () => {
      throw new Error('The accounts are on fire.')
    },
  },
  Mutation: {
    greet: (_: unknown, { id, with: word }: { id: string; with: string }) => {
      const person = personBy(id)
      return person && { ...person, greeting: `${word}, ${person.name}` }
    },
  },
  User: {
    __resolveReference: ({ id }: { id: string }) => personBy(id),
    favourites: ({ id }: Person) =>
      Object.entries(likes).flatMap(([medium, by]) => (by.includes(id) ? [{ id: medium }] : [])),
  },
  Media: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    likedBy: ({ id }: { id: string }) => people.filter((person) => likes[id]?.includes(person.id)),
  },
}

export async function startAccounts(port: number): Promise<ExampleServer> {
  const server = new ApolloServer<Headers>({
    schema: buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  })
  const { url } = await startStandaloneServer(server, {
    listen: { port, host: '127.0.0.1' },
    context: ({ req }) => Promise.resolve({ headers: req.headers }),
  })
  return { name: 'accounts', url, close: () => server.stop() }
}
