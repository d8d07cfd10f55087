/** Plans every operation of a graph with our planner and with the library, and measures both plans. */
import { type PlanOperation, planOperations } from '@souk/gateway'
import { Kind, parse, visit } from 'graphql'
import { type LibraryProcess, startLibrary } from './library-process.ts'
import { measureLibraryPlan } from './measure-library-plan.ts'
import { measureOurPlan } from './measure-our-plan.ts'
import type { ConditionValues, PlanSize } from './plan-size.ts'
import { composeGraph, type CorpusGraph, type CorpusOperation } from './read-graphs.ts'

export type Planning = PlanSize & { readonly milliseconds: number }

export type NoPlan = { readonly noPlan: string }

export type ComparedOperation = {
  readonly name: string
  readonly ours: Planning | NoPlan
  readonly library: Planning | NoPlan
}

export type ComparedGraph = {
  readonly name: string
  readonly subgraphCount: number
  readonly operations: readonly ComparedOperation[]
}

/** Throws `LibraryMissing` where the library can't be used. */
export async function comparePlans(graph: CorpusGraph): Promise<ComparedGraph> {
  const supergraph = composeGraph(graph.subgraphs)
  const planOurs = planOperations(supergraph)
  const library = await startLibrary(supergraph.sdl)
  // Else the first operations pay for what the engine compiles while they run.
  for (const operation of graph.operations) measureOurs(planOurs, operation)
  try {
    const operations: ComparedOperation[] = []
    for (const operation of graph.operations) {
      operations.push({
        name: operation.name,
        ours: measureOurs(planOurs, operation),
        library: await measureLibrary(library, operation),
      })
    }
    return { name: graph.name, subgraphCount: graph.subgraphs.length, operations }
  } finally {
    await library.close()
  }
}

function measureOurs(planOurs: PlanOperation, { text }: CorpusOperation): Planning | NoPlan {
  try {
    const plans = Array.from({ length: rounds }, () => planOurs(text))
    const [first] = plans
    if (first === undefined) return { noPlan: 'no round' }
    return { ...largest(text, (values) => measureOurPlan(first.plan, values)), milliseconds: fastest(plans) }
  } catch (error) {
    return { noPlan: error instanceof Error ? error.message : String(error) }
  }
}

async function measureLibrary(
  library: LibraryProcess,
  { name, text }: CorpusOperation,
): Promise<Planning | NoPlan> {
  const answers: { readonly plan: unknown; readonly milliseconds: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    const answer = await library.plan({ operation: text, operationName: name })
    if (answer.kind === 'noPlan') return { noPlan: answer.reason }
    answers.push(answer)
  }
  return {
    ...largest(text, (values) => measureLibraryPlan(answers[0]?.plan, values)),
    milliseconds: fastest(answers),
  }
}

const rounds = 5

const fastest = (timed: readonly { readonly milliseconds: number }[]): number =>
  Math.min(...timed.map(({ milliseconds }) => milliseconds))

/** The size for those values of `@skip` and `@include` that make it largest. */
function largest(text: string, measure: (values: ConditionValues) => PlanSize): PlanSize {
  const sizes = valuesOf([...conditionVariables(text)]).map(measure)
  return {
    calls: Math.max(...sizes.map(({ calls }) => calls)),
    depth: Math.max(...sizes.map(({ depth }) => depth)),
  }
}

function conditionVariables(text: string): ReadonlySet<string> {
  const names = new Set<string>()
  visit(parse(text), {
    Directive: (directive) => {
      for (const { value } of directive.arguments ?? [])
        if (value.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return names
}

const valuesOf = (names: readonly string[]): readonly ConditionValues[] =>
  names.reduce<readonly ConditionValues[]>(
    (all, name) => all.flatMap((values) => [true, false].map((value) => ({ ...values, [name]: value }))),
    [{}],
  )
