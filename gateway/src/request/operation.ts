/** What one step of the flow hands to the next: a document, a valid operation, a compiled one, merged data. */
import type { DocumentNode, ExecutionResult, OperationDefinitionNode } from 'graphql'
import type { RunPlan } from '../executor/execution.ts'
import type { StartPlan } from '../executor/compile-deferred-plan.ts'
import type { CompiledSubscription } from '../executor/compile-subscription.ts'
import type { Project } from '../executor/compile-projection.ts'
import type { FetchRecord } from '../executor/execution.ts'
import type { JsonObject } from '../executor/json-object.ts'
import type { PlaceErrors } from '../executor/place-errors.ts'
import type { QueryPlan } from '../planner/query-plan.ts'
import type { OperationCost } from '../policy/cost-operation.ts'
import type { CountIntrospection } from '../policy/limit-introspection.ts'
import type { FindDenials } from '../policy/refuse-unauthorized.ts'

export type ParsedDocument = {
  readonly hash: string
  /** Length of the source, which stands for the memory that all that is made of it takes. */
  readonly characters: number
  readonly document: DocumentNode
}

export type ValidOperation = ParsedDocument & {
  readonly operation: OperationDefinitionNode
  /** Coerced, defaults filled in. */
  readonly variables: Readonly<Record<string, unknown>>
}

export type CompiledOperation = {
  readonly plan: QueryPlan
  readonly run: RunPlan
  /** Undefined for what is no subscription, and where the viewer may not have its events. */
  readonly subscription: CompiledSubscription | undefined
  readonly project: Project
  /** Undefined where nothing is deferred. */
  readonly deferral: CompiledDeferral | undefined
  /** What the viewer may not read of it. */
  readonly denials: FindDenials
  readonly cost: OperationCost
  /** Answers `__schema` and `__type` from the public schema; undefined if neither is asked. */
  readonly introspect: ((variables: Readonly<Record<string, unknown>>) => ExecutionResult) | undefined
  readonly countIntrospection: CountIntrospection | undefined
}

export type CompiledDeferral = { readonly start: StartPlan; readonly project: Project }

export type Merged = {
  readonly data: JsonObject
  readonly errors: PlaceErrors
  readonly fetches: readonly FetchRecord[]
}
