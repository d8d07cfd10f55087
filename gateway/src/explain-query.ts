/** Prints the plan of a query, as an all-seeing viewer would get it. */
import { getOperationAST, GraphQLError, parse, validate } from 'graphql'
import { refuseRequest } from './errors.ts'
import { printWhole } from './explain-stages.ts'
import type { PlanInput } from './planner/plan-query.ts'
import { operationContext } from './planner/operation-context.ts'
import type { OperationPlanner } from './planning/operation-planner.ts'
import { settleDefers } from './request/settle-defers.ts'
import type { Supergraph } from './supergraph/compose.ts'
import { isNestedTooDeeply } from './supergraph/nesting.ts'

export type ExplainInput = { readonly query: string; readonly operationName?: string }

export async function explainQuery(
  supergraph: Supergraph,
  planner: OperationPlanner,
  input: ExplainInput,
): Promise<string> {
  return printWhole(await planner.plan(readPlanInput(supergraph, input)))
}

/** What planning is given for the operation, if it is one of this graph. */
export function readPlanInput(supergraph: Supergraph, { query, operationName }: ExplainInput): PlanInput {
  const asked = parseOrRefuse(query)
  const [problem] = validate(supergraph.publicSchema, asked)
  if (problem !== undefined) throw refuseRequest('GW_VALIDATION_FAILED', problem.message)
  const chosen = getOperationAST(asked, operationName)
  if (!chosen)
    throw refuseRequest(
      'GW_OPERATION_NOT_FOUND',
      operationName === undefined
        ? 'Name the operation to explain: the document has several, or none.'
        : `The document has no operation ${operationName}.`,
    )
  if (!supergraph.publicSchema.getRootType(chosen.operation))
    throw refuseRequest('GW_VALIDATION_FAILED', `This graph has no ${chosen.operation}.`)
  // As for a client that reads parts, where a variable does not say otherwise.
  const { document, operation } = settleDefers(
    { document: asked, operation: chosen, variables: {}, hash: '', characters: query.length },
    { delivery: { defers: true }, deferredMax: Number.POSITIVE_INFINITY },
  )
  const context = operationContext(supergraph.publicSchema, supergraph.fieldSetNames, document)
  return { context, document, operation, isAllowed: () => true }
}

function parseOrRefuse(query: string) {
  try {
    const document = parse(query)
    if (isNestedTooDeeply(document)) throw new RangeError('The query is nested too deeply.')
    return document
  } catch (error) {
    // What overflows the stack is said in the same words.
    if (error instanceof RangeError) throw refuseRequest('GW_PARSE_FAILED', 'The query is nested too deeply.')
    const [at] = error instanceof GraphQLError ? (error.locations ?? []) : []
    const where = at === undefined ? '' : ` (line ${at.line}, column ${at.column})`
    throw refuseRequest(
      'GW_PARSE_FAILED',
      `${error instanceof Error ? error.message : String(error)}${where}`,
    )
  }
}
