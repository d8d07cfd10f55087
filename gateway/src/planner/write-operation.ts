/** Writes a fetch as the text that its subgraph gets, with the rewrites that undo what the text had to rename. */
import { Kind, type OperationDefinitionNode, print } from 'graphql'
import { both, printWhen } from './conditions.ts'
import { type FetchDraft, type SelectionDraft, whenOf } from './drafts.ts'
import {
  type EntityFetchNode,
  type EntityInput,
  interfaceTypename,
  type RepresentationShape,
  type RootFetchNode,
} from './query-plan.ts'
import type { WantedField, WantedSet } from './wanted.ts'
import { startWriting, type WriteLimits, writeSelections } from './write-selection.ts'

/** Sets of entities that are asked of one subgraph in one call. A set has one draft, or several that differ in place alone. */
export type EntitySets = readonly (readonly FetchDraft[])[]

/** A fetch but for its place among the others, and for who waits for it. */
export type WrittenRootFetch = Omit<RootFetchNode, 'after' | 'deferred'>
export type WrittenEntityFetch = Omit<EntityFetchNode, 'after' | 'deferred'>

export type WriteInput = { readonly operation: OperationDefinitionNode; readonly limits: WriteLimits }

export function writeRootFetch(draft: FetchDraft, { operation, limits }: WriteInput): WrittenRootFetch {
  const writing = startWriting(limits)
  const selection = writeSelections(writing, draft.selection, whenOf(draft))
  // Root fields below a mutation or an event are those of the query type.
  const kind = draft.path.length === 0 ? operation.operation : 'query'
  const variables = variablesOf(operation, writing.variables)
  const head = variables.length === 0 ? '' : `(${variables.map(({ text }) => text).join(', ')})`
  return {
    kind: 'rootFetch',
    subgraph: draft.subgraph,
    operation: `${kind}${head} ${selection}`,
    variables: variables.map(({ name }) => name),
    when: both(draft.around, whenOf(draft)),
    path: draft.path,
    writes: [...draft.selection.fields.keys()],
    renames: writing.renames,
  }
}

export function writeEntityFetch(sets: EntitySets, { operation, limits }: WriteInput): WrittenEntityFetch {
  const taken = new Set((operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value))
  const used = new Set<string>()
  const written = sets.flatMap((drafts, index) => {
    const [first] = drafts
    if (first === undefined) return []
    const writing = { ...startWriting(limits), variables: used }
    const responseName = sets.length === 1 ? '_entities' : `_e${index}`
    const variable = freeName(sets.length === 1 ? 'representations' : `representations${index}`, taken)
    const selection = writeSelections(writing, first.selection, whenOf(first))
    const alias = responseName === '_entities' ? '' : `${responseName}: `
    const text = `${alias}_entities(representations: $${variable}) { ... on ${first.typeName} ${selection} }`
    const input: EntityInput = {
      responseName,
      representationsVariable: variable,
      when: both(first.around, whenOf(first)),
      paths: drafts.map(({ path }) => path),
      representation: [
        {
          types: first.entityType === undefined ? [] : [first.entityType],
          fields: [...first.needs.values()].map(representationField),
        },
      ],
      sentAs: first.typeName === first.entityType ? undefined : first.typeName,
      writes: writtenNames(first.selection),
      renames: writing.renames,
    }
    return [{ input, text }]
  })
  const variables = variablesOf(operation, used)
  const head = [
    ...written.map(({ input }) => `$${input.representationsVariable}: [_Any!]!`),
    ...variables.map(({ text }) => text),
  ].join(', ')
  return {
    kind: 'entityFetch',
    subgraph: sets[0]?.[0]?.subgraph ?? '',
    operation: `query(${head}) { ${written.map(({ text }) => text).join(' ')} }`,
    variables: variables.map(({ name }) => name),
    inputs: written.map(({ input }) => input),
  }
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  return taken.has(wanted) ? freeName(`_${wanted}`, taken) : wanted
}

// A fetch that tells the type of an object explains an object without one, too.
const writtenNames = (selection: SelectionDraft): string[] => [
  ...new Set([
    ...(selection.typename ? [selection.isInterfaceObject ? interfaceTypename : '__typename'] : []),
    ...selection.fields.keys(),
    ...[...selection.byType.values()].flatMap(writtenNames),
  ]),
]

/** The text that tells two sets of entities apart; what differs only in place is one set. */
export function entitySetKey(draft: FetchDraft, limits: WriteLimits): string {
  const needs = JSON.stringify([...draft.needs.values()].map(representationField))
  const when = whenOf(draft)
  const selection = writeSelections(startWriting(limits), draft.selection, when)
  const runs = printWhen(both(draft.around, when))
  return `${draft.entityType} ${draft.typeName} ${runs} ${needs} ${selection}`
}

function representationField({ responseName, name, below }: WantedField): {
  from: string
  to: string
  shapes: readonly RepresentationShape[]
} {
  return { from: responseName, to: name, shapes: below === undefined ? [] : shapesOf(below) }
}

function shapesOf({ typename, fields, byType }: WantedSet): readonly RepresentationShape[] {
  const own = fields.map(representationField)
  const everywhere = typename ? [{ from: '__typename', to: '__typename', shapes: [] }, ...own] : own
  const narrow = [...byType].map(([name, more]) => ({ types: [name], fields: more.map(representationField) }))
  return everywhere.length === 0 ? narrow : [{ types: [], fields: everywhere }, ...narrow]
}

const variablesOf = (
  operation: OperationDefinitionNode,
  used: ReadonlySet<string>,
): readonly { readonly name: string; readonly text: string }[] =>
  (operation.variableDefinitions ?? [])
    .filter(({ variable }) => used.has(variable.name.value))
    .map(({ variable, type, defaultValue }) => ({
      name: variable.name.value,
      text: print({ kind: Kind.VARIABLE_DEFINITION, variable, type, defaultValue }),
    }))
