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
import { isAlways, type When } from './conditions.ts'
import { comesFirst, deferredIn, type Group, notDeferred } from './deferred.ts'
import { type FetchNode, fetchesOf, type PlanStep, type QueryPlan, type RootFetchNode } from './query-plan.ts'

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
  if (
    plan.operationKind !== operation.operation ||
    (plan.operationKind !== 'mutation' && plan.steps.length > 1)
  )
    check.problems.push(`The plan is not run as a ${operation.operation} is.`)
  const known = checkSteps(check, plan.steps)
  const deferred = fetchesOf(plan).map((fetch) => fetch.deferred ?? notDeferred)
  const knownIn = (group: Group): Known =>
    deferred.every((one) => one.length === 0)
      ? known
      : knownFrom(check.facts, check.budget, (source) =>
          comesFirst(deferred[source] ?? notDeferred, deferredIn([group])),
        )
  checkAsked(check, knownIn, input)
  if (operation.operation === 'mutation') checkOrder(check, known, input)
  if (operation.operation === 'subscription') checkSource(check, plan)
  if (check.budget.left <= 0)
    throw new CannotPlan(`The plan takes more than ${input.stepsMax} steps to check.`, 'overLimit')
  return [...new Set(check.problems)].slice(0, problemsMax)
}

/** An event comes from one fetch, which is not made again, and whatever else is asked comes after it. */
function checkSource({ problems }: Check, { steps }: QueryPlan): void {
  const [source, ...later] = fetchesOf({ steps })
  if (source === undefined) return
  if (!isAtRoot(source) || !isAlways(source.when)) problems.push('Events have no source.')
  if (later.some((fetch) => isAtRoot(fetch))) problems.push('Events have two sources.')
}

const isAtRoot = (fetch: FetchNode): fetch is RootFetchNode =>
  fetch.kind === 'rootFetch' && fetch.path.length === 0

/** What is known in the end. A fetch can rely on those it comes after, and a step on all before it. */
function checkSteps(check: Check, steps: readonly PlanStep[]): Known {
  let first = 0
  for (const { fetches } of steps) {
    const before: ReadonlySet<number>[] = []
    for (const [at, fetch] of fetches.entries()) {
      if (fetch.after.some((one) => one >= at)) check.problems.push('A fetch comes before one that it needs.')
      if (fetch.after.some((one) => !isWaitedFor(fetches[one], fetch)))
        check.problems.push('A fetch comes after one that is not waited for.')
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

/** Whoever waits for a fetch waits for those that it comes after. */
const isWaitedFor = (earlier: FetchNode | undefined, { deferred = notDeferred }: FetchNode): boolean =>
  comesFirst(earlier?.deferred ?? notDeferred, deferred)

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
  if (operation.operation !== (isAtRoot(fetch) ? check.operationKind : 'query'))
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
