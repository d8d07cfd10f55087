/** A random federated graph, as the SDLs of its subgraphs. */
import { draftMarks, draftOverrides } from './draft-directives.ts'
import { draftFields } from './draft-fields.ts'
import { draftRequirements } from './draft-requirements.ts'
import { draftTypes } from './draft-types.ts'
import { drawFeatures, type Feature, type FeatureSet } from './features.ts'
import type { Draft, SubgraphDraft } from './graph-draft.ts'
import type { SubgraphSource } from '../world/read-graph.ts'
import type { Chance } from '../seeded.ts'
import { writeSdls } from './write-sdl.ts'

export type GraphOptions = {
  readonly features: FeatureSet
  /** Features that this graph must not have. */
  readonly without?: readonly Feature[]
}

export function randomGraph(
  chance: Chance,
  { features, without = [] }: GraphOptions,
): readonly SubgraphSource[] {
  const drawn = drawFeatures(chance, features)
  const has = (feature: Feature): boolean => drawn(feature) && !without.includes(feature)
  const subgraphs = Array.from({ length: 2 + chance.below(4) }, (_, index): SubgraphDraft => {
    const isRenamed = has('renamedRoots') && chance.often(0.5)
    const isFederationOne = has('federationOne') && chance.often(0.4)
    return {
      name: 'abcde'[index] ?? 'z',
      isFederationOne,
      rootNames: isRenamed
        ? { Query: 'Questions', Mutation: 'Changes' }
        : { Query: 'Query', Mutation: 'Mutation' },
      composesDirective: !isFederationOne && has('composedDirectives') && index === 0,
      isNamespaced:
        !isFederationOne &&
        has('namespaces') &&
        !(has('composedDirectives') && index === 0) &&
        chance.often(0.5),
    }
  })
  const draft: Draft = {
    chance,
    has,
    subgraphs,
    types: new Map(),
    abstracts: new Map(),
    enums: randomEnums(chance, subgraphs),
    queries: [],
    mutations: [],
  }
  draftTypes(draft)
  draftFields(draft)
  draftOverrides(draft)
  draftRequirements(draft)
  draftMarks(draft)
  return writeSdls(draft)
}

/** Subgraphs may differ on an enum that only comes out, or only goes in; on one that does both they agree. */
function randomEnums(chance: Chance, subgraphs: readonly SubgraphDraft[]): Draft['enums'] {
  const bySubgraph = (values: readonly string[], others: readonly string[]) =>
    new Map(subgraphs.map(({ name }) => [name, [...values, ...chance.some(others, 0.5)]]))
  return new Map([
    ['Color', bySubgraph(['RED'], ['GREEN', 'BLUE', 'GREY'])],
    ['Direction', bySubgraph(['UP', 'DOWN'], ['LEFT', 'RIGHT'])],
    ['Size', bySubgraph(['S', 'M', 'L'], [])],
  ])
}
