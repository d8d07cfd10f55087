/** The plan format: a small tree of fetches that can be printed, checked and executed without the supergraph. */

export type QueryPlan = {
  readonly operationKind: 'query' | 'mutation'
  /**
   * Null when nothing has to be fetched: only introspection or `__typename` was asked. That of a mutation is a sequence
   * with one node for each root field that may be run.
   */
  readonly root: PlanNode | null
}

export type PlanNode = SequenceNode | ParallelNode | ConditionNode | RootFetchNode | EntityFetchNode

export type SequenceNode = { readonly kind: 'sequence'; readonly nodes: readonly PlanNode[] }
export type ParallelNode = { readonly kind: 'parallel'; readonly nodes: readonly PlanNode[] }

/** Runs `node` only if the variable has the wanted value. */
export type ConditionNode = {
  readonly kind: 'condition'
  readonly variable: string
  readonly wanted: boolean
  readonly node: PlanNode
}

/** Asks root fields of one subgraph; the answer is merged at the root. */
export type RootFetchNode = {
  readonly kind: 'rootFetch'
  readonly subgraph: string
  readonly operation: string
  readonly variables: readonly string[]
  /** Response names that the answer has, for errors that name no place. */
  readonly writes: readonly string[]
  readonly outputRewrites: readonly Rewrite[]
}

/** Asks one subgraph for more of entities that are already in the answer. One call, one or more sets of entities. */
export type EntityFetchNode = {
  readonly kind: 'entityFetch'
  readonly subgraph: string
  readonly operation: string
  readonly variables: readonly string[]
  readonly inputs: readonly EntityInput[]
}

export type EntityInput = {
  /** The response name of this set's `_entities` and the variable that carries its representations. */
  readonly responseName: string
  readonly representationsVariable: string
  /** Where the entities are, and where their new fields go. */
  readonly paths: readonly (readonly PathStep[])[]
  /** What a representation carries, by runtime type. An entity of another type is not sent. */
  readonly representation: readonly RepresentationShape[]
  readonly writes: readonly string[]
  readonly inputRewrites: readonly Rewrite[]
  readonly outputRewrites: readonly Rewrite[]
}

/** `list` stands for every item; `types` lets only these runtime types pass. */
export type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'types'; readonly types: readonly string[] }

export type RepresentationShape = {
  readonly types: readonly string[]
  readonly fields: readonly RepresentationField[]
}

export type RepresentationField = {
  /** The response name it is read by, which may be an alias. */
  readonly from: string
  /** The name the subgraph knows it by. */
  readonly to: string
  /** Empty for a leaf. `types` empty means every type. */
  readonly shapes: readonly RepresentationShape[]
}

export type RewriteStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'types'; readonly types: readonly string[] }

export type Rewrite =
  | { readonly kind: 'setValue'; readonly path: readonly RewriteStep[]; readonly value: string }
  | { readonly kind: 'renameKey'; readonly path: readonly RewriteStep[]; readonly name: string }

export function countFetches(node: PlanNode | null): number {
  if (node === null) return 0
  if (node.kind === 'sequence' || node.kind === 'parallel')
    return node.nodes.reduce((sum, child) => sum + countFetches(child), 0)
  return node.kind === 'condition' ? countFetches(node.node) : 1
}
