/** The same library behind one server: what the gateway in front of the three has to say as well, to the letter. */
import { buildSchema, graphql, type GraphQLFieldResolver } from 'graphql'
import {
  likes,
  media,
  mediumBy,
  people,
  personBy,
  reviews,
  shippingCentsFor,
  typeOfMedium,
  wait,
  type Book,
  type Film,
  type Person,
  type Review,
} from './library.ts'

const schema = buildSchema(`
  type Query {
    me: User
    user(id: ID!): User
    media: [Media!]!
    medium(id: ID!): Media
    search(text: String!): [Found!]!
    newest(first: Int! = 2): [Review!]!
    slow(ms: Int!): Int
  }
  type Mutation { greet(id: ID!, with: String! = "hello"): User }
  interface Media { id: ID! title: String! likedBy: [User!]! }
  type Book implements Media {
    id: ID! title: String! likedBy: [User!]! pages: Int! grams: Int! reviews: [Review!]! shippingCents: Int!
  }
  type Film implements Media { id: ID! title: String! likedBy: [User!]! minutes: Int! }
  union Found = Book | Film
  type User { id: ID! name: String! greeting: String favourites: [Media!]! reviews: [Review!]! }
  type Review { id: ID! stars: Int! about: Book author: User }
`)

type Given = Readonly<Record<string, never>>
type Resolve = (source: never, given: Given) => unknown

const likedBy = ({ id }: Book | Film) => people.filter((person) => likes[id]?.includes(person.id))

const resolvers: Readonly<Record<string, Resolve>> = {
  'Query.me': () => personBy('1'),
  'Query.user': (_, { id }) => personBy(id ?? ''),
  'Query.media': () => media,
  'Query.medium': (_, { id }) => mediumBy(id ?? ''),
  'Query.search': (_, { text }) => media.filter(({ title }) => title.includes(text ?? '')),
  'Query.newest': (_, { first }) => reviews.slice(0, first),
  'Query.slow': (_, { ms }) => wait(ms ?? 0),
  'Mutation.greet': (_, { id, with: word }) => {
    const person = personBy(id ?? '')
    return person && { ...person, greeting: `${word}, ${person.name}` }
  },
  'Book.likedBy': likedBy,
  'Film.likedBy': likedBy,
  'Book.reviews': ({ id }: Book) => reviews.filter(({ bookId }) => bookId === id),
  'Book.shippingCents': ({ grams }: Book) => shippingCentsFor(grams),
  'User.favourites': ({ id }: Person) => media.filter((one) => likes[one.id]?.includes(id)),
  'User.reviews': ({ id }: Person) => reviews.filter(({ authorId }) => authorId === id),
  'Review.about': ({ bookId }: Review) => mediumBy(bookId),
  'Review.author': ({ authorId }: Review) => personBy(authorId),
}

const resolveField = (...[source, given, , info]: Parameters<GraphQLFieldResolver<unknown, unknown>>) => {
  const resolve = resolvers[`${info.parentType.name}.${info.fieldName}`]
  return resolve === undefined
    ? (source as Readonly<Record<string, unknown>>)[info.fieldName]
    : resolve(source as never, given as Given)
}

/** As text, so that the order of fields counts. */
export async function askOneServer(
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const answer = await graphql({
    schema,
    source: query,
    variableValues: variables,
    fieldResolver: resolveField,
    typeResolver: (value) => typeOfMedium(value as Book | Film),
  })
  return JSON.stringify(answer)
}
