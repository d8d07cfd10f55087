/** Proves a plan, sharing nothing with what made it: it walks the plan and keeps, place by place, what is known to be there. */
import { Kind, parse, type SelectionNode } from 'graphql'
import { CannotPlan } from './cannot-plan.ts'
import { checkAsked } from './check-asked.ts'
import { checkEntities } from './check-entities.ts'
import { writeFields, type Writer } from './check-fields.ts'
import { checkOrder } from './check-order.ts'
import { wrongVariables } from './check-variables.ts'
import { anyCase, type Case, withCondition } from './checked-cases.ts'
import { canMeet, casesOf, factsAt, isCovered, type Known, knownFrom } from './checked-facts.ts'
import { type Check, type CheckInput, follow, rootPlace, typenameCall } from './checked-places.ts'
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
  let sources = 0
  for (const { fetches } of steps) {
    const first = sources
    const before: ReadonlySet<number>[] = []
    const own: (readonly number[])[] = []
    for (const [at, fetch] of fetches.entries()) {
      if (fetch.after.some((one) => one >= at)) check.problems.push('A fetch comes before one that it needs.')
      const relied = new Set(fetch.after.flatMap((one) => [...(before[one] ?? []), ...(own[one] ?? [])]))
      const known = knownFrom(check.facts, check.budget, (source) => source < first || relied.has(source))
      const count = checkFetch(check, fetch, { known, source: sources })
      before.push(relied)
      own.push(Array.from({ length: count }, (_, index) => sources + index))
      sources += count
    }
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

/** Sets of entities in one call can't rely on each other, so each counts by itself. Returns how many there are. */
function checkFetch(check: Check, fetch: FetchNode, { known, source }: Fetching): number {
  const [operation] = parse(fetch.operation, { noLocation: true }).definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return 0
  const isRoot = fetch.kind === 'rootFetch' && fetch.path.length === 0
  if (operation.operation !== (isRoot ? check.operationKind : 'query'))
    check.problems.push(`${fetch.subgraph} is sent a ${operation.operation}.`)
  check.problems.push(...wrongVariables(fetch, operation))
  const { selections } = operation.selectionSet
  if (fetch.kind === 'rootFetch') {
    const writer = startWriter(check, fetch, source)
    checkRootFetch(writer, known, { fetch, selections })
    checkToTell(writer, known)
    return 1
  }
  for (const [index, input] of fetch.inputs.entries()) {
    const writer = startWriter(check, fetch, source + index)
    const own = selections.flatMap((one) =>
      one.kind === Kind.FIELD && (one.alias ?? one.name).value === input.responseName
        ? (one.selectionSet?.selections ?? [])
        : [],
    )
    checkEntities(writer, known, { input, selections: own, starts: casesWhen(input.when) })
    checkToTell(writer, known)
  }
  return fetch.inputs.length
}

const startWriter = (check: Check, { subgraph }: FetchNode, source: number): Writer => ({
  check,
  subgraph,
  source,
  toTell: [],
})

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

/** A rename that goes by types reads them in the very answer. */
function checkToTell({ check, source, toTell }: Writer, { isRelied }: Known): void {
  const known = knownFrom(check.facts, check.budget, (one) => one === source || isRelied(one))
  for (const { key, inCase } of toTell) {
    const own = factsAt(known, `${key}.__typename`).filter((fact) => fact.source === source)
    if (!isCovered(known, casesOf(own, typenameCall), inCase))
      check.problems.push(`${key} has members that are renamed by type, without its __typename.`)
  }
}
