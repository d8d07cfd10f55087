/** An operation made ready to run for one kind of viewer: its plan, its fetches and its projection, each a closure. */
import {
  type DirectiveNode,
  type DocumentNode,
  type ExecutionResult,
  execute,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql'
import { compileIsLost } from '../executor/compile-is-lost.ts'
import { compilePlan } from '../executor/compile-plan.ts'
import { compileDeferredPlan } from '../executor/compile-deferred-plan.ts'
import { compileDeferredProjection, compileProjection } from '../executor/compile-projection.ts'
import { compileSubscription } from '../executor/compile-subscription.ts'
import { type FieldOccurrence, selectFields } from '../planner/select-fields.ts'
import { operationContext, type OperationContext } from '../planner/operation-context.ts'
import type { OperationPlanner } from '../planning/operation-planner.ts'
import type { Authorization } from '../policy/authorize-operation.ts'
import { compileDenials } from '../policy/refuse-unauthorized.ts'
import { compileCost } from '../policy/cost-operation.ts'
import { compileIntrospectionCount } from '../policy/limit-introspection.ts'
import type { Supergraph } from '../supergraph/supergraph.ts'
import type { CompiledOperation, ValidOperation } from './operation.ts'

export type Preparing = {
  readonly supergraph: Supergraph
  readonly authorization: Authorization
  readonly planner: OperationPlanner
}

export async function prepareOperation(
  { document, operation }: Pick<ValidOperation, 'document' | 'operation'>,
  { supergraph, authorization, planner }: Preparing,
): Promise<CompiledOperation> {
  const context = operationContext(supergraph.publicSchema, supergraph.fieldSetNames, document)
  const { deniedBecause } = authorization
  const isAllowed = (typeName: string, fieldName: string): boolean =>
    deniedBecause(typeName, fieldName) === undefined
  const plan = await planner.plan({ context, document, operation, isAllowed })
  const start = compileDeferredPlan(plan)
  return {
    plan,
    run: compilePlan(plan, compileIsLost(context, operation, deniedBecause)),
    subscription: compileSubscription(plan),
    project: compileProjection(context, operation, deniedBecause),
    deferral: start && { start, project: compileDeferredProjection(context, operation, deniedBecause) },
    denials: compileDenials(context, operation, authorization),
    cost: compileCost({ context, rules: supergraph.costs, deniedBecause }, operation),
    introspect: compileIntrospection(context, operation),
    countIntrospection: compileIntrospectionCount(context, operation),
  }
}

function compileIntrospection(
  context: OperationContext,
  operation: OperationDefinitionNode,
): CompiledOperation['introspect'] {
  const { schema, fragments } = context
  const rootType = schema.getRootType(operation.operation)
  if (operation.operation !== 'query' || !rootType) return undefined
  const fields = selectFields(context, rootType, [
    { selectionSet: operation.selectionSet, conditions: [] },
  ]).filter(({ definition }) => ['__schema', '__type'].includes(definition.name))
  if (fields.length === 0) return undefined
  const selections = fields.flatMap(({ occurrences }) => occurrences.map(selectionOf))
  const only: OperationDefinitionNode = {
    ...operation,
    directives: [],
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  }
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [only, ...fragments.values()] }
  // Not remembered: one answer can have megabytes, and a client can ask for it in a thousand spellings.
  // The schema never answers with a promise: introspection has no asynchronous resolver.
  return (variables) => execute({ schema, document, variableValues: variables }) as ExecutionResult
}

/** The field alone, below the conditions of all fragments that it was in. */
const selectionOf = ({ field, conditions }: FieldOccurrence): SelectionNode =>
  conditions.reduce<SelectionNode>(
    (selection, { variable, wanted }) => ({
      kind: Kind.INLINE_FRAGMENT,
      directives: [conditionNode(wanted ? 'include' : 'skip', variable)],
      selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
    }),
    { ...field, directives: [] },
  )

const conditionNode = (directive: string, variable: string): DirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: directive },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'if' },
      value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } },
    },
  ],
})
