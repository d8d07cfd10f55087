/** Fetches while they are being built: what each selects, what its entities are represented by, and which it comes after. */
import type { ArgumentNode } from 'graphql'
import { always, either, isAlways, never, type When } from './conditions.ts'
import type { DeferredIn } from './deferred.ts'
import type { PathStep } from './query-plan.ts'
import type { WantedField } from './wanted.ts'

export type FetchDraft = {
  readonly id: number
  /** Root fields, or more of entities that are there already. */
  readonly kind: 'root' | 'entities'
  readonly subgraph: string
  /** The type by which its subgraph knows its objects. */
  readonly typeName: string
  /** The runtime type of its entities, of which `typeName` may be an interface. Undefined while only the interface is known. */
  readonly entityType: string | undefined
  /** Who waits for it. */
  readonly deferred: DeferredIn
  /** Where its objects are; empty at the root. */
  readonly path: readonly PathStep[]
  readonly selection: SelectionDraft
  /** What a representation carries, by response name. */
  readonly needs: Map<string, WantedField>
  /** The fetches that bring what this one needs. */
  readonly after: Set<FetchDraft>
  /** When its place is wanted at all. Data may have an object there for the sake of another selection. */
  around: When
}

export type SelectionDraft = {
  /** The type as the subgraph declares it at this place. */
  readonly typeName: string
  /** Below a fragment: the runtime types that it lets pass. */
  readonly types: readonly string[]
  /** That type is an interface which its subgraph holds as an object: what it calls `__typename` is not the runtime type. */
  readonly isInterfaceObject: boolean
  readonly fields: Map<string, FieldDraft>
  readonly byType: Map<string, SelectionDraft>
  typename: boolean
}

export type FieldDraft = {
  readonly name: string
  readonly arguments: readonly ArgumentNode[]
  readonly typeText: string
  readonly below: SelectionDraft | undefined
  when: When
}

export const emptySelection = (
  typeName: string,
  isInterfaceObject: boolean,
  types: readonly string[] = [typeName],
): SelectionDraft => ({
  typeName,
  types,
  isInterfaceObject,
  fields: new Map(),
  byType: new Map(),
  typename: false,
})

/** When a fetch has to run, where its place is wanted: when anything of what it selects is. */
export const whenOf = ({ selection }: FetchDraft): When => whenAny(selection)

function whenAny({ typename, fields, byType }: SelectionDraft): When {
  if (typename) return always
  let when: When = never
  for (const field of fields.values()) {
    when = either(when, field.when)
    if (isAlways(when)) return when
  }
  for (const own of byType.values()) when = either(when, whenAny(own))
  return when
}

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
