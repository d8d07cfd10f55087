/** An operation made ready to run for one kind of viewer: its plan, its fetches and its projection, each a closure. */
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
} from 'graphql'
import { compilePlan } from '../executor/compile-plan.ts'
import { compileIsLost, compileProjection } from '../executor/compile-projection.ts'
import { decidingVariables, type Planners, planQuery } from '../planner/plan-query.ts'
import { nameFields, type OperationContext, selectFields } from '../planner/select-fields.ts'
import type { Authorization } from '../policy/authorize-operation.ts'
import type { Supergraph } from '../supergraph/compose.ts'
import type { CompiledOperation, PreparedOperation, ValidOperation } from './operation.ts'

export type Preparing = {
  readonly supergraph: Supergraph
  readonly authorization: Authorization
  readonly planners: Planners
  readonly conditionValues?: Readonly<Record<string, boolean>>
}

export async function prepareOperation(
  { document, operation }: ValidOperation,
  preparing: Preparing,
): Promise<PreparedOperation> {
  const { supergraph, authorization, planners, conditionValues } = preparing
  const context: OperationContext = {
    schema: supergraph.publicSchema,
    fragments: fragmentsOf(document),
    internalName: nameFields(supergraph.fieldSetNames),
    ...(conditionValues && { conditionValues }),
  }
  const isAllowed = (typeName: string, fieldName: string): boolean =>
    authorization.deniedBecause(typeName, fieldName) === undefined
  const input = { context, operation, isAllowed }
  const variables = conditionValues === undefined ? decidingVariables(input) : []
  if (variables.length > 0) return { kind: 'byConditions', variables }
  const plan = await planQuery(input, planners)
  return {
    kind: 'compiled',
    plan,
    run: compilePlan(plan, compileIsLost(context, operation, authorization.deniedBecause)),
    project: compileProjection(context, operation, authorization.deniedBecause),
    introspect: compileIntrospection(context, operation),
  }
}

const fragmentsOf = (document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  )

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
  const selections = fields.map(({ node, layers }) => ({
    ...node,
    directives: [],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: layers.flatMap(({ selectionSet }) => selectionSet.selections),
    } as const,
  }))
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
