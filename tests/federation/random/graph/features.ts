/** What a random graph may have, and how often: a graph draws its features first, so that each is met alone and with others. */
import type { Chance } from '../seeded.ts'

const shares = {
  /** Kinds of types and values. */
  valueTypes: { common: 0.7, everything: 0.6 },
  enums: { common: 0.4, everything: 0.4 },
  inputs: { common: 0.3, everything: 0.4 },
  customScalars: { common: 0.1, everything: 0.3 },
  nestedLists: { common: 0.1, everything: 0.4 },
  nulls: { common: 0.8, everything: 0.8 },
  arguments: { common: 0.6, everything: 0.6 },
  /** Values that several subgraphs have parts of: who wants more asks the field above again. */
  splitValues: { common: 0.1, everything: 0.3 },
  /** Abstract types. */
  interfaces: { common: 0.5, everything: 0.6 },
  nestedInterfaces: { common: 0, everything: 0.3 },
  interfaceObjects: { common: 0, everything: 0.25 },
  unions: { common: 0.4, everything: 0.5 },
  /** Subgraphs differ on who is a member. */
  membersDiffer: { common: 0, everything: 0.5 },
  /** An object has a narrower type for a field than its interface. */
  narrowerFields: { common: 0, everything: 0.2 },
  /** Keys. */
  multipleKeys: { common: 0.3, everything: 0.4 },
  compositeKeys: { common: 0.1, everything: 0.3 },
  nestedKeys: { common: 0.1, everything: 0.3 },
  unresolvableKeys: { common: 0.2, everything: 0.3 },
  /** Fields. */
  sharedFields: { common: 0.4, everything: 0.5 },
  sharedRoots: { common: 0.2, everything: 0.4 },
  /** Subgraphs differ on the nullability of a shared field, or on its optional arguments. */
  signaturesDiffer: { common: 0, everything: 0.3 },
  requires: { common: 0.4, everything: 0.5 },
  requiresArguments: { common: 0, everything: 0.4 },
  requiresNested: { common: 0, everything: 0.5 },
  requiresAbstract: { common: 0, everything: 0.4 },
  requiresChained: { common: 0, everything: 0.5 },
  provides: { common: 0.3, everything: 0.4 },
  providesNested: { common: 0, everything: 0.5 },
  providesAbstract: { common: 0, everything: 0.4 },
  overrides: { common: 0.1, everything: 0.3 },
  labelledOverrides: { common: 0, everything: 0.3 },
  inaccessible: { common: 0.1, everything: 0.3 },
  tags: { common: 0.1, everything: 0.2 },
  composedDirectives: { common: 0, everything: 0.1 },
  /** Subgraphs. */
  federationOne: { common: 0, everything: 0.2 },
  /** Directives by their full names. */
  namespaces: { common: 0, everything: 0.15 },
  renamedRoots: { common: 0, everything: 0.2 },
  mutations: { common: 0.3, everything: 0.4 },
  backToQuery: { common: 0, everything: 0.1 },
} as const

export type Feature = keyof typeof shares
export type FeatureSet = 'common' | 'everything'
export type Features = (feature: Feature) => boolean

export const featureNames = Object.keys(shares) as readonly Feature[]

export function drawFeatures(chance: Chance, from: FeatureSet): Features {
  // Some graphs have little of everything, some have nearly all at once.
  const factor = chance.pick([0.5, 1, 1, 2])
  const drawn = new Set(featureNames.filter((name) => chance.often(shares[name][from] * factor)))
  return (feature) => drawn.has(feature)
}
