/** A small federated graph with data written out, for one behaviour: what the gateway answers is held to one server's answer. */
import type { SubgraphRequest } from '@souk/contracts'
import { compareAnswers } from '../random/compare-answers.ts'
import { askOneServer } from '../random/world/one-server.ts'
import { openGraph } from '../random/world/open-graph.ts'
import type { Tables } from '../random/world/table-world.ts'

export type FederatedCase = {
  /** SDL by subgraph. The link to the specification is added, but to one that says `# Federation 1`. */
  readonly subgraphs: { readonly [name: string]: string }
  readonly data: Tables
  /** The subgraph that answers last of those that are asked at once. */
  readonly slowest?: string
}

export type OpenedCase = {
  /** Fails if one server over the same data says anything else. */
  readonly ask: (query: string, variables?: Readonly<Record<string, unknown>>) => Promise<CaseAnswer>
  /** What the subgraphs were asked since the case was opened. */
  readonly calls: readonly CaseCall[]
  readonly explain: (query: string) => Promise<string>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export type CaseAnswer = {
  readonly data?: unknown
  readonly errors?: readonly { readonly path?: readonly (string | number)[]; readonly code: unknown }[]
}

export type CaseCall = { readonly subgraph: string } & Pick<SubgraphRequest, 'query' | 'variables'>

export async function openCase({ subgraphs, data, slowest }: FederatedCase): Promise<OpenedCase> {
  const calls: CaseCall[] = []
  const sources = Object.entries(subgraphs).map(([name, sdl]) => ({
    name,
    sdl: sdl.startsWith('# Federation 1') ? sdl : `${link}\n${sdl}`,
  }))
  const graph = await openGraph(sources, {
    seed: 0,
    hasErrors: false,
    transport: 'memory',
    tables: data,
    ...(slowest !== undefined && { slowest }),
    onCall: (subgraph, { query, variables }) => void calls.push({ subgraph, query, variables }),
  })
  return {
    calls,
    explain: graph.gateway.explain,
    async ask(query, variables = {}) {
      const expected = askOneServer(graph.world, graph.gateway.supergraph.publicSchema, { query, variables })
      const [answered] = await graph.ask({ query, variables })
      if (answered === undefined) throw new Error('No gateway was asked.')
      const problem = compareAnswers(expected, answered)
      if (problem !== undefined) throw new Error(await describe({ problem, expected, answered }, query))
      const { errors } = answered
      return {
        data: answered.data,
        ...(errors && { errors: errors.map(({ path, extensions }) => ({ path, code: extensions?.code })) }),
      }
    },
    [Symbol.asyncDispose]: graph.close,
  }

  async function describe(difference: object, query: string): Promise<string> {
    const plan = await graph.gateway.explain(query).catch(String)
    return `${JSON.stringify(difference, undefined, 2)}\n${plan}`
  }
}

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag", "@interfaceObject"
])`
