/** The plan format: a small tree of fetches that can be printed, checked and executed without the supergraph. */
import type { When } from './conditions.ts'
import type { DeferredIn } from './deferred.ts'

export type QueryPlan = {
  readonly operationKind: OperationKind
  /**
   * One after the other. A query has one at most, none if nothing has to be fetched: only introspection or `__typename` was
   * asked. A mutation has one for each root field that may be run. That of a subscription is run for each event, which is what its first
   * fetch stands for; it has none if the viewer may not read the field.
   */
  readonly steps: readonly PlanStep[]
}

export type OperationKind = 'query' | 'mutation' | 'subscription'

/** Each fetch starts as soon as those that it comes after have ended. */
export type PlanStep = { readonly fetches: readonly FetchNode[] }

export type FetchNode = RootFetchNode | EntityFetchNode

type AnyFetchNode = {
  readonly subgraph: string
  readonly operation: string
  readonly variables: readonly string[]
  /** Places in the step's list of fetches, all of them earlier. */
  readonly after: readonly number[]
  /** Who waits for it, if not the first answer: see `DeferredIn`. */
  readonly deferred?: DeferredIn
}

/** Asks root fields of one subgraph. */
export type RootFetchNode = AnyFetchNode & {
  readonly kind: 'rootFetch'
  /** The fetch runs only then. Conditions of single fields are in the operation. */
  readonly when: When
  /** Where the answer goes: empty at the root of the data, else every object of the query type at the path. */
  readonly path: readonly PathStep[]
  /** Response names that the answer has, for errors that name no place. */
  readonly writes: readonly string[]
  readonly renames: readonly Rename[]
}

/** Asks one subgraph for more of entities that are already in the answer. One call, one or more sets of entities. */
export type EntityFetchNode = AnyFetchNode & {
  readonly kind: 'entityFetch'
  readonly inputs: readonly EntityInput[]
}

export type EntityInput = {
  /** The response name of this set's `_entities` and the variable that carries its representations. */
  readonly responseName: string
  readonly representationsVariable: string
  /** No entity of this set is sent otherwise. */
  readonly when: When
  /** Where the entities are, and where their new fields go. */
  readonly paths: readonly (readonly PathStep[])[]
  /** What a representation carries, by runtime type. An entity of another type is not sent. */
  readonly representation: readonly RepresentationShape[]
  /** The `__typename` that is sent where the subgraph is asked by an interface; undefined for the entity's own. */
  readonly sentAs: string | undefined
  readonly writes: readonly string[]
  readonly renames: readonly Rename[]
}

/** `list` stands for every item; `types` lets only these runtime types pass. */
export type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'types'; readonly types: readonly string[] }

/** `types` empty means every type. */
export type RepresentationShape = {
  readonly types: readonly string[]
  readonly fields: readonly RepresentationField[]
}

export type RepresentationField = {
  /** The response name it is read by, which may be an alias. */
  readonly from: string
  /** The name the subgraph knows it by. */
  readonly to: string
  /** Empty for a leaf. */
  readonly shapes: readonly RepresentationShape[]
}

export type RenameStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'types'; readonly types: readonly string[] }

/** A member that the answer has under another name than data: the last step of the path names it as answered. */
export type Rename = { readonly path: readonly RenameStep[]; readonly name: string }

export const fetchesOf = ({ steps }: Pick<QueryPlan, 'steps'>): readonly FetchNode[] =>
  steps.flatMap(({ fetches }) => fetches)

/** The name in data of what a subgraph calls `__typename` where it holds an interface as an object: the interface's. */
export const interfaceTypename = '_typename__0'
