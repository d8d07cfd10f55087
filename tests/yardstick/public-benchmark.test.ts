/** The query of the public gateway benchmark, run against subgraphs with data: how many calls they get, and what comes back. */
import { testGateway, testSubgraph } from '@souk/gateway/testing'
import { execute, type GraphQLFieldResolver, isObjectType, Kind, parse, print } from 'graphql'
import { expect, test } from 'vitest'
import { composeGraph, foreignOwnership, readGraph } from './read-graphs.ts'
import { oneServerResolvers, shopResolvers } from './shop-data.ts'

const { subgraphs, operations } = readGraph('shop')
const benchmark = operations.find(({ name }) => name === 'Benchmark')?.text ?? ''

test('the public benchmark query takes at most seven calls and is answered as by one server', async () => {
  const inMemory = subgraphs.map(({ name, sdl }) =>
    testSubgraph(name, withoutLink(sdl), shopResolvers[name] ?? {}),
  )
  await using gateway = await testGateway(inMemory, {}, { ownership: foreignOwnership })
  const answer = await gateway.ask(benchmark)
  expect(answer).toEqual({ status: 200, data: await answerOfOneServer() })
  const calls = inMemory.map(({ name, calls: made }) => [name, made.length] as const)
  expect(calls.reduce((sum, [, made]) => sum + made, 0)).toBeLessThanOrEqual(7)
  expect(Object.fromEntries(calls)).toEqual({ accounts: 2, inventory: 1, products: 2, reviews: 1 })
})

/** A subgraph for tests brings a link of its own. */
function withoutLink(sdl: string): string {
  const document = parse(sdl)
  const definitions = document.definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION)
  return print({ ...document, definitions })
}

async function answerOfOneServer(): Promise<unknown> {
  const schema = composeGraph(subgraphs).publicSchema
  for (const [typeName, fields] of Object.entries(oneServerResolvers)) {
    const type = schema.getType(typeName)
    for (const [fieldName, resolve] of Object.entries(fields)) {
      const field = isObjectType(type) ? type.getFields()[fieldName] : undefined
      if (field !== undefined) field.resolve = resolve as GraphQLFieldResolver<unknown, unknown>
    }
  }
  const { data, errors } = await execute({ schema, document: parse(benchmark) })
  expect(errors).toBeUndefined()
  // The executor's objects have no prototype.
  return JSON.parse(JSON.stringify(data))
}
