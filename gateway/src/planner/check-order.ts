/** A mutation changes something: each of its fields is run where it is asked, once, and in the order of the operation. */
import { Kind, type SelectionNode } from 'graphql'
import { fragmentOf } from './check-asked.ts'
import { anyCase, type Case, joinCases } from './checked-cases.ts'
import { canMeet, type Fact, isCovered, type Known } from './checked-facts.ts'
import {
  caseOf,
  type Check,
  type CheckedPlace,
  type CheckInput,
  narrowTo,
  rootPlace,
  typenameCall,
} from './checked-places.ts'

/** Where the operation asks for a root field, in its order. */
type Occurrence = { readonly key: string; readonly inCase: Case }

export function checkOrder(check: Check, known: Known, input: CheckInput): void {
  const { problems, facts } = check
  const asked: Occurrence[] = []
  noteAsked({ check, input, asked }, rootPlace(check, anyCase), input.operation.selectionSet.selections)
  const run: Run[] = []
  for (const [key, found] of facts)
    for (const fact of key.lastIndexOf('.') > 0 ? [] : found)
      if (fact.call !== typenameCall) run.push({ key, fact })
  run.sort((one, other) => one.fact.source - other.fact.source)
  for (const [at, { key, fact }] of run.entries()) {
    const cases = asked.filter((one) => one.key === key).map(({ inCase }) => inCase)
    if (!isCovered(known, cases, fact.inCase)) problems.push(`${key} is run where it is not asked.`)
    for (const later of run.slice(at + 1)) {
      if (later.key === key && canMeet(known, fact.inCase, later.fact.inCase))
        problems.push(`${key} is run twice.`)
      if (later.key !== key && isBefore(known, asked, { one: later, other: { key, fact } }))
        problems.push(`${later.key} is run after ${key}, which it is asked before.`)
    }
  }
}

type Run = { readonly key: string; readonly fact: Fact }

function noteAsked(
  noting: { readonly check: Check; readonly input: CheckInput; readonly asked: Occurrence[] },
  place: CheckedPlace,
  selections: readonly SelectionNode[],
): void {
  const { check, input, asked } = noting
  const fields = input.context.schema.getRootType(input.operation.operation)?.getFields() ?? {}
  for (const selection of selections) {
    check.budget.left -= 1
    if (check.budget.left <= 0) return
    const inCase = caseOf(selection, place.inCase)
    if (inCase === undefined) continue
    if (selection.kind === Kind.FIELD) {
      const definition = fields[selection.name.value]
      if (definition !== undefined && input.isAllowed(check.rootType, definition.name))
        asked.push({ key: `.${input.context.internalName(selection)}`, inCase })
      continue
    }
    const part = fragmentOf(input, selection)
    const narrowed = narrowTo(check.supergraph, { ...place, inCase }, part?.typeCondition?.name.value)
    if (part !== undefined && narrowed.types.size > 0)
      noteAsked(noting, narrowed, part.selectionSet.selections)
  }
}

/** Whether there is a case of both in which one is asked, and the other not earlier. */
function isBefore(
  known: Known,
  asked: readonly Occurrence[],
  { one, other }: { readonly one: Run; readonly other: Run },
): boolean {
  const both = joinCases(one.fact.inCase, other.fact.inCase)
  return asked.some(({ key, inCase }, position) => {
    if (key !== one.key) return false
    const earlier = asked.slice(0, position).filter((occurrence) => occurrence.key === other.key)
    const cases = earlier.map((occurrence) => occurrence.inCase)
    return !isCovered(known, cases, joinCases(both, inCase))
  })
}
