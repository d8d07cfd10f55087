/** Proves a plan, sharing nothing with what made it: it walks the plan and keeps, place by place, what is known to be there. */
import { Kind, parse, type SelectionNode } from 'graphql'
import { CannotPlan } from './cannot-plan.ts'
import { checkAsked } from './check-asked.ts'
import { checkEntities } from './check-entities.ts'
import { writeFields, type Writer } from './check-fields.ts'
import { checkOrder } from './check-order.ts'
import { wrongVariables } from './check-variables.ts'
import { anyCase, type Case, withCondition } from './checked-cases.ts'
import { canMeet, factsAt, type Known, knownFrom } from './checked-facts.ts'
import { type Check, type CheckInput, follow, rootPlace } from './checked-places.ts'
import type { When } from './conditions.ts'
import type { FetchNode, PlanStep, QueryPlan, RootFetchNode } from './query-plan.ts'

const problemsMax = 10

/** Empty if each asked field is fetched for each possible type from where it is resolved, with all that this needs known before. */
export function checkPlan(plan: QueryPlan, input: CheckInput): readonly string[] {
  const { context, operation } = input
  const rootType = context.schema.getRootType(operation.operation)
  if (!rootType) return [`There is no ${operation.operation} type.`]
  const check: Check = {
    supergraph: input.supergraph,
    problems: [],
    operationKind: operation.operation,
    rootType: rootType.name,
    budget: { left: input.stepsMax },
    facts: new Map(),
  }
  if (plan.operationKind !== operation.operation || (plan.operationKind === 'query' && plan.steps.length > 1))
    check.problems.push(`The plan is not run as a ${operation.operation} is.`)
  const known = checkSteps(check, plan.steps)
  checkAsked(check, known, input)
  if (operation.operation === 'mutation') checkOrder(check, known, input)
  if (check.budget.left <= 0)
    throw new CannotPlan(`The plan takes more than ${input.stepsMax} steps to check.`, 'overLimit')
  return [...new Set(check.problems)].slice(0, problemsMax)
}

/** What is known in the end. A fetch can rely on those it comes after, and a step on all before it. */
function checkSteps(check: Check, steps: readonly PlanStep[]): Known {
  let first = 0
  for (const { fetches } of steps) {
    const before: ReadonlySet<number>[] = []
    for (const [at, fetch] of fetches.entries()) {
      if (fetch.after.some((one) => one >= at)) check.problems.push('A fetch comes before one that it needs.')
      const relied = new Set(fetch.after.flatMap((one) => [...(before[one] ?? []), first + one]))
      before.push(relied)
      const source = first + at
      const known = knownFrom(check.facts, check.budget, (one) => one < first || relied.has(one))
      checkFetch(check, fetch, { known, source })
    }
    first += fetches.length
  }
  const known = knownFrom(check.facts, check.budget)
  for (const key of check.facts.keys()) checkOneCall(check, known, key)
  return known
}

/** A name means one thing at a place, whoever fetched it. */
function checkOneCall(check: Check, known: Known, key: string): void {
  const facts = factsAt(known, key)
  const first = facts[0]
  if (first === undefined || facts.every(({ call }) => call === first.call)) return
  for (const [at, one] of facts.entries()) {
    const other = facts
      .slice(at + 1)
      .find((later) => later.call !== one.call && canMeet(known, one.inCase, later.inCase))
    if (other !== undefined) return void check.problems.push(`${key} is both ${one.call} and ${other.call}.`)
  }
}

type Fetching = { readonly known: Known; readonly source: number }

function checkFetch(check: Check, fetch: FetchNode, { known, source }: Fetching): void {
  const { subgraph } = fetch
  const [operation] = parse(fetch.operation, { noLocation: true }).definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return
  const isRoot = fetch.kind === 'rootFetch' && fetch.path.length === 0
  if (operation.operation !== (isRoot ? check.operationKind : 'query'))
    check.problems.push(`${subgraph} is sent a ${operation.operation}.`)
  check.problems.push(...wrongVariables(fetch, operation))
  const { selections } = operation.selectionSet
  const writer: Writer = { check, subgraph, source }
  if (fetch.kind === 'rootFetch') return checkRootFetch(writer, known, { fetch, selections })
  // Sets of entities in one call can't rely on each other: none of them sees what this fetch brings.
  for (const input of fetch.inputs) {
    const own = selections.flatMap((one) =>
      one.kind === Kind.FIELD && (one.alias ?? one.name).value === input.responseName
        ? (one.selectionSet?.selections ?? [])
        : [],
    )
    checkEntities(writer, known, { input, selections: own, starts: casesWhen(input.when) })
  }
}

const casesWhen = (when: When): readonly Case[] =>
  when.map((alternative) =>
    alternative.reduce<Case>(
      (inCase, { variable, wanted }) => withCondition(inCase, variable, wanted),
      anyCase,
    ),
  )

function checkRootFetch(
  writer: Writer,
  known: Known,
  { fetch, selections }: { readonly fetch: RootFetchNode; readonly selections: readonly SelectionNode[] },
): void {
  const { check } = writer
  const { path, renames } = fetch
  for (const start of casesWhen(fetch.when)) {
    const places = path.length === 0 ? [rootPlace(check, start)] : follow(check, known, { path, start })
    for (const place of places)
      writeFields(writer, place, { selections, provided: [], renames, untyped: undefined })
  }
}
