/** A small shop behind a gateway, for tests of answers in parts: three subgraphs, each of which can be held. */
import { readEvents } from './read-events.ts'
import { testGateway, testSubgraph, type TestSubgraph } from './test-gateway.ts'

const products = [
  { id: '1', title: 'Chair', size: { width: 1, height: 2 } },
  { id: '2', title: 'Table', size: null },
]

const shop = (): TestSubgraph =>
  testSubgraph(
    'shop',
    `type Query { product(id: ID! = 1): Product products: [Product!] things: [Thing!] found: [Found!] }
     type Mutation { list: Product }
     interface Thing { id: ID! title: String }
     union Found = Product | Service
     type Product implements Thing @key(fields: "id") { id: ID! title: String size: Size }
     type Service implements Thing @key(fields: "id") { id: ID! title: String hours: Int }
     type Size { width: Int height: Int }`,
    {
      Query: {
        product: (_: unknown, { id }: { id: string }) => products.find((one) => one.id === id),
        products: () => products,
        things: () => things,
        found: () => things,
      },
      Mutation: { list: () => products[0] },
      Thing: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Found: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Product: { __resolveReference: ({ id }: { id: string }) => products.find((one) => one.id === id) },
      Service: { __resolveReference: ({ id }: { id: string }) => ({ id, title: 'Repair', hours: 3 }) },
    },
  )

const things = [
  { __typename: 'Product', ...products[0] },
  { __typename: 'Service', id: '9', title: 'Repair', hours: 3 },
]

const ratings = (): TestSubgraph =>
  testSubgraph(
    'ratings',
    `type Query { best: Int }
     type Product @key(fields: "id") { id: ID! stars: Int sure: Int! rater: Person }
     type Service @key(fields: "id") { id: ID! stars: Int }
     type Person @key(fields: "id") { id: ID! }`,
    {
      Query: { best: () => 5 },
      Product: {
        stars: ({ id }: { id: string }) => Number(id) * 10,
        sure: ({ id }: { id: string }) => (id === '2' ? null : 1),
        rater: ({ id }: { id: string }) => ({ id: `p${id}` }),
      },
      Service: { stars: () => 90 },
    },
  )

const people = (): TestSubgraph =>
  testSubgraph('people', 'type Person @key(fields: "id") { id: ID! name: String }', {
    Person: { name: ({ id }: { id: string }) => `Name of ${id}` },
  })

/** Holds what a subgraph is asked until it is let go. */
export function hold(subgraph: TestSubgraph, count = 1) {
  const asked = Promise.withResolvers<AbortSignal>()
  const held = Promise.withResolvers<void>()
  let left = count
  subgraph.answerWith = (request, signal) => {
    if (left === 0) return undefined
    left -= 1
    asked.resolve(signal)
    return held.promise.then(() => subgraph.transport.execute(request, signal))
  }
  letGo.push(() => held.resolve())
  return { asked: asked.promise, letGo: held.resolve }
}

const letGo: (() => void)[] = []

export const letAllGo = (): void => letGo.splice(0).forEach((one) => one())

export async function openShop(environment: Readonly<Record<string, string>> = {}) {
  const subgraphs = { shop: shop(), ratings: ratings(), people: people() }
  const gateway = await testGateway(Object.values(subgraphs), environment, {
    ownership: { keyOnly: [], allowsSharedFields: true },
  })
  const ask = async (query: string, options: Asking = {}): Promise<Answers> => {
    const { variables, headers, signal } = options
    const response = await gateway.respond({
      headers: { accept: 'text/event-stream', ...headers },
      ...(signal && { signal }),
      body: { query, variables },
    })
    return { status: response.status, answers: readEvents(response) }
  }
  const askAll = async (query: string, options?: Asking): Promise<readonly object[]> =>
    await readAll((await ask(query, options)).answers)
  return { ...subgraphs, gateway, ask, askAll, [Symbol.asyncDispose]: gateway.close }
}

export async function readAll(answers: Answers['answers']): Promise<readonly object[]> {
  const read: object[] = []
  for await (const answer of answers) read.push(answer)
  return read
}

type Asking = {
  readonly variables?: object
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}
type Answers = { readonly status: number; readonly answers: AsyncGenerator<object, void, undefined> }
