/** Prints one stage of planning an operation, in the order of the page that teaches it. */
import { ClientError } from '@souk/contracts'
import { printMoves } from './explain-moves.ts'
import { printPaths } from './explain-paths.ts'
import { printNormalized } from './explain-selection.ts'
import { CannotPlan } from './planner/cannot-plan.ts'
import { checkPlan } from './planner/check-plan.ts'
import { allPasses, makePlan, noPasses, type PlanPasses } from './planner/make-plan.ts'
import { normalizeOperation } from './planner/normalize-operation.ts'
import { type PlanInput, type Planner, planQuery } from './planner/plan-query.ts'
import { printPlan } from './planner/print-plan.ts'
import { fetchesOf, type QueryPlan } from './planner/query-plan.ts'

/** What can be printed, and what it is. */
export const explainStages = {
  normalized: 'the operation as it is planned',
  moves: 'who resolves what it touches, and by which keys one gets in',
  paths: 'where each field could be had, and what each choice would cost',
  fetches: 'the plan before anything is optimised',
  plan: 'the plan that is run',
  checked: 'whether the plans are proved',
} as const

export type ExplainStage = keyof typeof explainStages

export function readStage(given: string): ExplainStage {
  if (Object.hasOwn(explainStages, given)) return given as ExplainStage
  const known = Object.entries(explainStages).map(([name, what]) => `  ${name}  ${what}`)
  throw new ClientError('GW_BAD_REQUEST', `There is no stage ${given}. There are\n${known.join('\n')}`)
}

export function explainStage(stage: ExplainStage, input: PlanInput, planner: Planner): string {
  try {
    return printStage(stage, input, planner)
  } catch (error) {
    if (!(error instanceof CannotPlan)) throw error
    throw new ClientError('GW_PLAN_FAILED', `There is no plan: ${error.message}`, { cause: error })
  }
}

function printStage(stage: ExplainStage, input: PlanInput, planner: Planner): string {
  const normalized = normalizeOperation(input, planner.limits)
  const planWith = (passes: PlanPasses): QueryPlan =>
    makePlan({ ...planner, operation: input.operation, normalized, passes })
  switch (stage) {
    case 'normalized':
      return printNormalized(normalized)
    case 'moves':
      return printMoves(planner.graph, normalized)
    case 'paths':
      return printPaths(planner.graph, normalized, planner.limits)
    case 'fetches':
      return printWhole(planWith(noPasses))
    case 'plan':
      return printWhole(planQuery(input, planner).plan)
    case 'checked':
      return [
        printProof('with its optimisations', planWith(allPasses), { input, planner }),
        printProof('without them', planWith(noPasses), { input, planner }),
      ].join('\n')
    default:
      return stage satisfies never
  }
}

/** The plan below a line that says how many fetches it has. */
export const printWhole = (plan: QueryPlan): string =>
  `${plan.operationKind}, ${countOf(plan)}\n${printPlan(plan)}`

function countOf(plan: QueryPlan): string {
  const count = fetchesOf(plan).length
  return `${count} ${count === 1 ? 'fetch' : 'fetches'}`
}

type Proving = { readonly input: PlanInput; readonly planner: Planner }

function printProof(which: string, plan: QueryPlan, { input, planner }: Proving): string {
  const problems = checkPlan(plan, {
    ...input,
    supergraph: planner.checked,
    stepsMax: planner.limits.stepsMax,
  })
  const verdict = problems.length === 0 ? 'proved' : 'not proved'
  return [`${which}, ${countOf(plan)}: ${verdict}`, ...problems.map((problem) => `  ${problem}`)].join('\n')
}
