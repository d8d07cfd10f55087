/** The thread for long planning: operations in, plans or the reason why there is none out. */
import { parentPort, workerData } from 'node:worker_threads'
import { buildSchema, getOperationAST, parse } from 'graphql'
import { CannotPlan } from '../planner/cannot-plan.ts'
import { operationContext } from '../planner/operation-context.ts'
import { planQuery, readPlannedGraph } from '../planner/plan-query.ts'
import type { PlanningGraph, PlanningJob, PlanningOutcome } from './planning-thread.ts'

const { sdl, publicSdl, fieldSetNames, limits, passes } = workerData as PlanningGraph
const schema = buildSchema(publicSdl, { assumeValidSDL: true, noLocation: true })
const planner = { ...readPlannedGraph(sdl), limits, passes }

parentPort?.on('message', (job: PlanningJob) => parentPort?.postMessage(run(job)))

function run({ document: source, operationName, denied }: PlanningJob): PlanningOutcome {
  const document = parse(source, { noLocation: true })
  const operation = getOperationAST(document, operationName)
  if (!operation) return { fault: 'The operation did not come along.' }
  const refused = new Set(denied)
  const isAllowed = (typeName: string, fieldName: string): boolean => !refused.has(`${typeName}.${fieldName}`)
  try {
    return planQuery(
      { context: operationContext(schema, fieldSetNames, document), document, operation, isAllowed },
      planner,
    )
  } catch (error) {
    if (error instanceof CannotPlan) return { cannotPlan: error.message, because: error.because }
    return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
