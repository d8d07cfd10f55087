/** A random graph while it is being made up: what there is as a whole, and which subgraph has which part of it. */
import type { Features } from './features.ts'
import type { Chance } from '../seeded.ts'

export type Draft = {
  readonly chance: Chance
  readonly has: Features
  readonly subgraphs: readonly SubgraphDraft[]
  readonly types: Map<string, TypeDraft>
  readonly abstracts: Map<string, AbstractDraft>
  readonly enums: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>
  readonly queries: FieldDraft[]
  readonly mutations: FieldDraft[]
}

export type SubgraphDraft = {
  readonly name: string
  readonly isFederationOne: boolean
  readonly rootNames: { readonly Query: string; readonly Mutation: string }
  readonly composesDirective: boolean
  /** Imports the key alone and calls all other directives by their full names. */
  readonly isNamespaced: boolean
}

export type TypeDraft = {
  readonly name: string
  /** A hidden value is none of the clients' business, but fields may require it. */
  readonly kind: 'entity' | 'value' | 'split' | 'hidden'
  /** The subgraphs that know the type. */
  readonly presence: readonly string[]
  /** Those of them that know nothing but its key. */
  readonly stubs: ReadonlySet<string>
  readonly keys: Map<string, readonly KeyDraft[]>
  /** Members of interfaces have it, key or not. */
  hasIdEverywhere: boolean
  /** The entity that its key goes through. */
  parent: string | undefined
  readonly fields: FieldDraft[]
  readonly marks: string[]
}

export type KeyDraft = { readonly text: KeyText; readonly isResolvable: boolean }

export const keyTexts = [
  'id',
  'code',
  'num',
  'id region',
  'code num',
  'place { code }',
  'place { code zip }',
  'id parent { id }',
] as const
export type KeyText = (typeof keyTexts)[number]

export type AbstractDraft = {
  readonly name: string
  readonly kind: 'interface' | 'union'
  readonly members: ReadonlyMap<string, readonly string[]>
  readonly parents: readonly string[]
  /** Of an interface: what each member has. */
  readonly fields: FieldDraft[]
  /** Where the interface has a key, and where it is held as an object, with fields of its own for every member. */
  readonly asObject:
    | { readonly home: string; readonly subgraphs: readonly string[]; readonly fields: FieldDraft[] }
    | undefined
}

export type ArgumentDraft = {
  readonly name: string
  readonly type: string
  readonly default?: string
  /** Subgraphs that have it, if not all do. */
  readonly onlyIn?: readonly string[]
  readonly marks?: string
}

export type FieldDraft = {
  readonly name: string
  readonly type: string
  readonly depth: number
  readonly isNonNull: boolean
  readonly hasNonNullItems: boolean
  readonly arguments: readonly ArgumentDraft[]
  readonly owners: readonly string[]
  /** Owners that say it can be null where the others don't. */
  readonly nullableIn: readonly string[]
  /** Is to require something, once that is found. */
  isPending: boolean
  /** Someone else gives it along with the entity. */
  isProvided: boolean
  requires: string | undefined
  provides: string | undefined
  override: { readonly from: string; readonly label: string | undefined } | undefined
  readonly externalIn: Set<string>
  readonly marks: string[]
}

export const leafTypes = ['String', 'Int', 'Float', 'Boolean', 'ID', 'Color', 'Size', 'Blob'] as const
export const isLeaf = (type: string): boolean => (leafTypes as readonly string[]).includes(type)

/** A nullable field without anything to it but what is given. */
export const plainField = (
  given: Pick<FieldDraft, 'name' | 'type' | 'owners'> & Partial<FieldDraft>,
): FieldDraft => ({
  depth: 0,
  isNonNull: false,
  hasNonNullItems: false,
  arguments: [],
  nullableIn: [],
  isPending: false,
  isProvided: false,
  requires: undefined,
  provides: undefined,
  override: undefined,
  externalIn: new Set(),
  marks: [],
  ...given,
})

export const subgraphNames = ({ subgraphs }: Draft): readonly string[] => subgraphs.map(({ name }) => name)

export const federationTwo = ({ subgraphs }: Draft): readonly string[] =>
  subgraphs.flatMap(({ name, isFederationOne }) => (isFederationOne ? [] : [name]))

export const isHeldAsObject = ({ asObject }: AbstractDraft, subgraph: string): boolean =>
  asObject?.subgraphs.includes(subgraph) ?? false

/** Members of an abstract type as a subgraph knows them; of an interface held as an object, all of them. */
export function membersIn(abstract: AbstractDraft, subgraph: string): readonly string[] {
  const { asObject, members } = abstract
  return members.get(asObject?.subgraphs.includes(subgraph) ? asObject.home : subgraph) ?? []
}

export function isKnown({ types, abstracts }: Draft, subgraph: string, typeName: string): boolean {
  if (isLeaf(typeName) || typeName === 'Query') return true
  const type = types.get(typeName)
  if (type !== undefined) return type.presence.includes(subgraph)
  const abstract = abstracts.get(typeName)
  return abstract !== undefined && membersIn(abstract, subgraph).length > 0
}

/** Fields that a subgraph declares of a type because its keys name them. */
export function keyFieldsIn({ keys, hasIdEverywhere }: TypeDraft, subgraph: string): readonly string[] {
  const names = new Set<string>(hasIdEverywhere ? ['id'] : [])
  for (const { text } of keys.get(subgraph) ?? []) for (const name of topNames(text)) names.add(name)
  return [...names]
}

export const topNames = (text: string): readonly string[] =>
  text
    .replaceAll(/\{.*?\}/g, '')
    .trim()
    .split(/\s+/)
