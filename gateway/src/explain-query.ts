/** Prints the plan of a query, as an all-seeing viewer would get it. */
import { getOperationAST, type GraphQLError, parse, validate } from 'graphql'
import { refuseRequest } from './errors.ts'
import { decidingVariables, type PlanInput, type Planners, planQuery } from './planner/plan-query.ts'
import { printPlan } from './planner/print-plan.ts'
import { countFetches } from './planner/query-plan.ts'
import { nameFields } from './planner/select-fields.ts'
import type { Supergraph } from './supergraph/compose.ts'

export type ExplainInput = { readonly query: string; readonly operationName?: string }

export async function explainQuery(
  supergraph: Supergraph,
  planners: Planners,
  { query, operationName }: ExplainInput,
): Promise<string> {
  const document = parse(query)
  refuseInvalid(validate(supergraph.publicSchema, document))
  const operation = getOperationAST(document, operationName)
  if (!operation)
    throw refuseRequest(
      'GW_OPERATION_NOT_FOUND',
      'Name the operation to explain: the document has several, or none.',
    )
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === 'FragmentDefinition' ? [[one.name.value, one] as const] : [],
    ),
  )
  const context = {
    schema: supergraph.publicSchema,
    fragments,
    internalName: nameFields(supergraph.fieldSetNames),
  }
  const input: PlanInput = { context, operation, isAllowed: () => true }
  const deciding = decidingVariables(input)
  // What is decided before planning is explained with everything included that can be.
  const conditionValues = Object.fromEntries(deciding.map((name) => [name, true]))
  const plan = await planQuery({ ...input, context: { ...context, conditionValues } }, planners)
  const fetches = countFetches(plan.root)
  const note = deciding.length === 0 ? '' : ` (with ${deciding.map((name) => `$${name}: true`).join(', ')})`
  return `${plan.operationKind}, ${fetches} ${fetches === 1 ? 'fetch' : 'fetches'}${note}\n${printPlan(plan)}`
}

function refuseInvalid(errors: readonly GraphQLError[]): void {
  const [first] = errors
  if (first !== undefined) throw refuseRequest('GW_VALIDATION_FAILED', first.message)
}
