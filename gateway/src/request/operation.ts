/** What one step of the flow hands to the next: a document, a valid operation, a compiled one, merged data. */
import type { DocumentNode, ExecutionResult, OperationDefinitionNode } from 'graphql'
import type { RunPlan } from '../executor/execution.ts'
import type { Project } from '../executor/compile-projection.ts'
import type { FetchRecord } from '../executor/execution.ts'
import type { JsonObject } from '../executor/json-object.ts'
import type { PlaceErrors } from '../executor/place-errors.ts'
import type { QueryPlan } from '../planner/query-plan.ts'

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
  readonly project: Project
  /** Answers `__schema` and `__type` from the public schema; undefined if neither is asked. */
  readonly introspect: ((variables: Readonly<Record<string, unknown>>) => ExecutionResult) | undefined
}

export type Merged = {
  readonly data: JsonObject
  readonly errors: PlaceErrors
  readonly fetches: readonly FetchRecord[]
}
