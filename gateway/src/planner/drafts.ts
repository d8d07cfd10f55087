/** Fetches while they are being built: what each selects, what its entities are represented by, and which it comes after. */
import type { ArgumentNode } from 'graphql'
import type { PathStep } from './query-plan.ts'
import type { WantedField } from './wanted.ts'

export type FetchDraft = {
  readonly id: number
  readonly subgraph: string
  /** The type by which its subgraph knows them. */
  readonly typeName: string
  /** The runtime type of its entities, of which `typeName` may be an interface. */
  readonly entityType: string
  /** Where its entities are; undefined for a fetch of root fields. */
  readonly path: readonly PathStep[] | undefined
  readonly selection: SelectionDraft
  /** What a representation carries, by response name. */
  readonly needs: Map<string, WantedField>
  /** The fetches that bring what this one needs. */
  readonly after: Set<FetchDraft>
}

export type SelectionDraft = {
  /** The type as the subgraph declares it at this place. */
  readonly typeName: string
  readonly fields: Map<string, FieldDraft>
  readonly byType: Map<string, SelectionDraft>
  typename: boolean
}

export type FieldDraft = {
  readonly name: string
  readonly arguments: readonly ArgumentNode[]
  readonly typeText: string
  readonly below: SelectionDraft | undefined
}

export const emptySelection = (typeName: string): SelectionDraft => ({
  typeName,
  fields: new Map(),
  byType: new Map(),
  typename: false,
})

/** Whether `later` needs `earlier`, directly or by way of others. */
export function comesAfter(later: FetchDraft, earlier: FetchDraft): boolean {
  const seen = new Set<FetchDraft>()
  const stack = [later]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next === earlier) return true
    if (seen.has(next)) continue
    seen.add(next)
    stack.push(...next.after)
  }
  return false
}
