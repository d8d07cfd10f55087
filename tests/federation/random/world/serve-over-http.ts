/** Puts the subgraphs of a graph, and the gateways before them, behind real ports. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import {
  connectSubgraphs,
  type Gateway,
  type GatewayConfig,
  type GatewaySubgraph,
  systemClock,
} from '@souk/gateway'
import type { Ask, GatewayAnswer } from './gateway-answer.ts'
import type { SubgraphServer } from './subgraph-server.ts'

export type NamedServer = { readonly name: string; readonly server: SubgraphServer }

export type Connected = {
  readonly subgraphs: readonly GatewaySubgraph[]
  readonly close: () => Promise<void>
}

/** The gateway's own way to subgraphs that are services: it asks them for their schemas. */
export async function connectOverHttp(
  servers: readonly NamedServer[],
  config: GatewayConfig,
): Promise<Connected> {
  const listening = await Promise.all(servers.map(listen))
  const subgraphs = await connectSubgraphs({
    addresses: listening.map(({ name, url }) => ({ name, url })),
    config,
    viewerSecret: 'a secret for random graphs that is long enough',
    clock: systemClock,
    signal: new AbortController().signal,
  })
  return {
    subgraphs,
    async close() {
      await Promise.all(subgraphs.map(({ transport }) => transport.close()))
      await Promise.all(listening.map(({ server }) => stop(server)))
    },
  }
}

export async function listenToGateway(gateway: Gateway): Promise<Ask> {
  const { url } = await gateway.listen()
  const endpoint = new URL('/graphql', url)
  return async (operation) => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(operation),
    })
    return (await response.json()) as GatewayAnswer
  }
}

type Listening = { readonly name: string; readonly url: string; readonly server: Server }

async function listen({ name, server: subgraph }: NamedServer): Promise<Listening> {
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const { query, variables } = JSON.parse(text || '{}') as { query?: string; variables?: object }
      const answer = query === undefined ? {} : subgraph.answer({ query, variables: { ...variables } })
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { name, url: `http://127.0.0.1:${port}/graphql`, server }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => void server.close(() => resolve()))
}
