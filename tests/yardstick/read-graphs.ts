/** Reads the corpus: five graphs, each with the operations that its clients send. */
import { readdirSync, readFileSync } from 'node:fs'
import { compose, type SubgraphSdl, type Supergraph } from '@souk/gateway'
import { subgraphs as soukSubgraphs } from '@souk/gateway/embedded'
import { Kind, parse, print, separateOperations } from 'graphql'

export type CorpusGraph = {
  readonly name: string
  readonly subgraphs: readonly SubgraphSdl[]
  readonly operations: readonly CorpusOperation[]
}

export type CorpusOperation = {
  readonly name: string
  /** The operation with the fragments that it uses. */
  readonly text: string
}

export const graphNames = ['souk', 'shop', 'travel', 'streaming', 'hospital'] as const

export const readGraphs = (): readonly CorpusGraph[] => graphNames.map(readGraph)

export function readGraph(name: (typeof graphNames)[number]): CorpusGraph {
  const subgraphs = name === 'souk' ? soukSubgraphs : readSubgraphs(name)
  return {
    name,
    subgraphs: subgraphs.map((subgraph) => ({ name: subgraph.name, sdl: subgraph.sdl })),
    operations: readOperations(name),
  }
}

/** Souk's own rules about who may declare what are not for other people's graphs. */
export const foreignOwnership = { keyOnly: [], allowsSharedFields: true }

export const composeGraph = (subgraphs: readonly SubgraphSdl[]): Supergraph =>
  compose(subgraphs, foreignOwnership)

function readSubgraphs(name: string): readonly SubgraphSdl[] {
  const folder = new URL(`./graphs/${name}/`, import.meta.url)
  return readdirSync(folder)
    .toSorted()
    .map((file) => ({
      name: file.replace(/\.graphql$/, ''),
      sdl: readFileSync(new URL(file, folder), 'utf8'),
    }))
}

function readOperations(name: string): readonly CorpusOperation[] {
  const document = parse(readFileSync(new URL(`./queries/${name}.graphql`, import.meta.url), 'utf8'))
  const documents = separateOperations(document)
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.name === undefined) return []
    const separated = documents[definition.name.value]
    return separated === undefined ? [] : [{ name: definition.name.value, text: print(separated) }]
  })
}
