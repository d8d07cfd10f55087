/** Every client that people use, unchanged, against a listening gateway; and the table of them in the gateway's page for clients. */
import { readFile } from 'node:fs/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { apolloClient } from './apollo-client.ts'
import { capabilities, type Capability, type ClientCase, type ClientCases } from './client-cases.ts'
import { openClientGraph } from './client-graph.ts'
import { graphqlRequest } from './graphql-request.ts'
import { graphqlSse } from './graphql-sse.ts'
import { graphqlWs } from './graphql-ws.ts'
import { plainFetch } from './plain-fetch.ts'
import { relayNetwork } from './relay.ts'
import { urql } from './urql.ts'

const clients = [apolloClient, urql, relayNetwork, graphqlRequest, graphqlWs, graphqlSse, plainFetch]
const graph = await openClientGraph()
afterAll(() => graph.close())

const directives = await fetch(graph.url, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: '{ __schema { directives { name } } }' }),
})
const isDeferServed = (await directives.text()).includes('"defer"')

const caseOf = (client: ClientCases, capability: Capability): ClientCase =>
  capability === 'defer' && typeof client.defer !== 'string' && !isDeferServed
    ? 'not served yet'
    : client[capability]

describe.each(clients)('$name', (client) => {
  for (const capability of capabilities) {
    const tried = caseOf(client, capability)
    if (typeof tried !== 'string')
      test(`${capability} is answered as the client reads it`, () => tried(graph))
  }
  for (const [claim, tried] of Object.entries(client.also)) test(claim, () => tried(graph))
})

const rowOf = (client: ClientCases): string => {
  const cells = capabilities.map((capability) => {
    const tried = caseOf(client, capability)
    return typeof tried === 'string' ? `— ${tried}` : 'tested'
  })
  return `| ${[client.name, ...cells].join(' | ')} |`
}

test('the page for clients says of each what is tried here, and why not the rest', async () => {
  const page = await readFile(new URL('../../gateway/docs/clients.md', import.meta.url), 'utf8')
  const head = `| client | ${capabilities.join(' | ')} |\n|${' --- |'.repeat(capabilities.length + 1)}\n`
  const [table] = page.slice(Math.max(0, page.indexOf(head))).split('\n\n')
  expect(table).toBe(`${head}${clients.map(rowOf).join('\n')}`)
})
