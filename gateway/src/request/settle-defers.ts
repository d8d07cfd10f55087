/** Decides which `@defer` of an operation count: their conditions, what the connection can carry, and how many there may be. */
import {
  type DirectiveNode,
  type DocumentNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  visit,
} from 'graphql'
import { refuseRequest } from '../errors.ts'
import { atOnce, type Group, groupsOf, isDeferred } from '../planner/deferred.ts'
import type { Delivery } from './answer.ts'
import type { ValidOperation } from './operation.ts'

export type DeferOptions = {
  readonly delivery: Pick<Delivery, 'defers'>
  /** Deferred fragments, each counted for every deferred fragment around it. */
  readonly deferredMax: number
}

/** The operation with those `@defer`s alone that count, without conditions. Without any it is planned like one that never had any. */
export function settleDefers(valid: ValidOperation, { delivery, deferredMax }: DeferOptions): ValidOperation {
  const { document, operation, variables } = valid
  const found = defersOf(document)
  if (found.length === 0) return valid
  const mayDefer = delivery.defers && operation.operation === 'query'
  const counting = found.map((directive) => mayDefer && counts(directive, variables))
  const name = counting.map((one) => (one ? '1' : '0')).join('')
  const key = `${operation.name?.value ?? ''} ${name}`
  const known = settled.get(document)?.get(key)
  const made = known ?? settle(valid, new Set(found.filter((_, at) => counting[at] === true)))
  if (known === undefined) remember(document, key, made)
  if (made.groups > deferredMax)
    throw refuseRequest(
      'GW_LIMIT_EXCEEDED',
      `The operation has ${made.groups > countedMax ? 'far ' : ''}more than ${deferredMax} deferred fragments, which is the limit (SOUK_DEFERRED_MAX).`,
      { limit: deferredMax },
    )
  return {
    ...valid,
    document: made.document,
    operation: made.operation,
    hash: made.groups === 0 ? valid.hash : `${valid.hash} deferred ${name}`,
  }
}

type Settled = {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly groups: number
}

const settled = new WeakMap<DocumentNode, Map<string, Settled>>()
const defersKnown = new WeakMap<DocumentNode, readonly DirectiveNode[]>()

/** A document is kept with so many of the ways in which its conditions came out; the others are settled each time. */
const keptMax = 16

function remember(document: DocumentNode, key: string, made: Settled): void {
  const kept = settled.get(document) ?? new Map<string, Settled>()
  if (kept.size < keptMax) kept.set(key, made)
  settled.set(document, kept)
}

function defersOf(document: DocumentNode): readonly DirectiveNode[] {
  const known = defersKnown.get(document)
  if (known !== undefined) return known
  const found: DirectiveNode[] = []
  visit(document, {
    Directive(directive) {
      if (directive.name.value === 'defer') found.push(directive)
    },
  })
  defersKnown.set(document, found)
  return found
}

function counts(
  { arguments: given = [] }: DirectiveNode,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  const value = given.find(({ name }) => name.value === 'if')?.value
  if (value?.kind === Kind.BOOLEAN) return value.value
  return value?.kind !== Kind.VARIABLE || variables[value.name.value] !== false
}

function settle({ document, operation }: ValidOperation, counting: ReadonlySet<DirectiveNode>): Settled {
  const own: DocumentNode = visit(document, {
    Directive(directive) {
      if (directive.name.value !== 'defer') return undefined
      if (!counting.has(directive)) return null
      return { ...directive, arguments: directive.arguments?.filter(({ name }) => name.value !== 'if') ?? [] }
    },
  })
  const ownOperation = getOperationAST(own, operation.name?.value) ?? operation
  return {
    document: own,
    operation: ownOperation,
    groups: counting.size === 0 ? 0 : countGroups(own, ownOperation),
  }
}

/** Nobody is allowed so many, and counting them all could take forever. */
const countedMax = 10_000

function countGroups(document: DocumentNode, operation: OperationDefinitionNode): number {
  const groupBelow = groupsOf(document)
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  )
  const groups = new Set<Group>()
  const seen = new Set<string>()
  count(operation.selectionSet.selections, atOnce)
  return groups.size

  function count(selections: readonly SelectionNode[], outer: Group): void {
    for (const selection of selections) {
      if (groups.size > countedMax) return
      const group = groupBelow(outer, selection)
      if (isDeferred(selection)) groups.add(group)
      if (selection.kind !== Kind.FRAGMENT_SPREAD) {
        count(selection.selectionSet?.selections ?? [], group)
        continue
      }
      const name = selection.name.value
      if (seen.has(`${name} ${group}`)) continue
      seen.add(`${name} ${group}`)
      count(fragments.get(name)?.selectionSet.selections ?? [], group)
    }
  }
}
