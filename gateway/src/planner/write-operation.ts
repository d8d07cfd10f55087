/** Writes a fetch as the text that its subgraph gets, with the rewrites that undo what the text had to rename. */
import { Kind, type OperationDefinitionNode, print, type ValueNode, visit } from 'graphql'
import { both, type Condition, isAlways, isSameWhen, printWhen, type When } from './conditions.ts'
import { type FetchDraft, type FieldDraft, type SelectionDraft, whenOf } from './drafts.ts'
import {
  type EntityFetchNode,
  type EntityInput,
  interfaceTypename,
  type Rename,
  type RenameStep,
  type RepresentationShape,
  type RootFetchNode,
} from './query-plan.ts'
import type { WantedField, WantedSet } from './wanted.ts'

/** Sets of entities that are asked of one subgraph in one call. A set has one draft, or several that differ in place alone. */
export type EntitySets = readonly (readonly FetchDraft[])[]

/** A fetch but for its place among the others. */
export type WrittenRootFetch = Omit<RootFetchNode, 'after'>
export type WrittenEntityFetch = Omit<EntityFetchNode, 'after'>

export function writeRootFetch(draft: FetchDraft, operation: OperationDefinitionNode): WrittenRootFetch {
  const writing = startWriting()
  const selection = writeSelection(writing, draft.selection, { path: [], within: whenOf(draft) })
  // Root fields below a mutation are those of the query type.
  const kind = operation.operation === 'mutation' && draft.path.length === 0 ? 'mutation' : 'query'
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

export function writeEntityFetch(sets: EntitySets, operation: OperationDefinitionNode): WrittenEntityFetch {
  const taken = new Set((operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value))
  const used = new Set<string>()
  const written = sets.flatMap((drafts, index) => {
    const [first] = drafts
    if (first === undefined) return []
    const writing = { ...startWriting(), variables: used }
    const responseName = sets.length === 1 ? '_entities' : `_e${index}`
    const variable = freeName(sets.length === 1 ? 'representations' : `representations${index}`, taken)
    const selection = writeSelection(writing, first.selection, { path: [], within: whenOf(first) })
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
export function entitySetKey(draft: FetchDraft): string {
  const needs = JSON.stringify([...draft.needs.values()].map(representationField))
  const when = whenOf(draft)
  const selection = writeSelection(startWriting(), draft.selection, { path: [], within: when })
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

type Writing = {
  readonly variables: Set<string>
  readonly renames: Rename[]
}

const startWriting = (): Writing => ({ variables: new Set(), renames: [] })

/** Where one writes: the path, and what holds there anyway, which fields need not repeat. */
type Position = { readonly path: readonly RenameStep[]; readonly within: When }

function writeSelection(writing: Writing, selection: SelectionDraft, position: Position): string {
  const parts = [...selection.fields].map(([name, field]) =>
    writeField(writing, { field, alias: name, position }),
  )
  const fragments = [...selection.byType].flatMap(([typeName, own]) => {
    if (own.fields.size === 0 && own.byType.size === 0) return []
    return [`... on ${typeName} ${writeNarrow(writing, { selection, typeName, own, position })}`]
  })
  return `{ ${[...typenameIn(selection, position), ...parts, ...fragments].join(' ')} }`
}

// What an interface object calls `__typename` must not pass for the runtime type, which another fetch may say.
function typenameIn(
  { fields, typename, isInterfaceObject }: SelectionDraft,
  { within }: Position,
): readonly string[] {
  const isEmpty = ![...fields.values()].some(({ when }) => isAlways(when) || isSameWhen(when, within))
  if (!typename && !isEmpty) return []
  return [isInterfaceObject ? `${interfaceTypename}: __typename` : '__typename']
}

// Two runtime types may have a field of one name and two types. GraphQL wants different names for them then.
function writeNarrow(
  writing: Writing,
  {
    selection,
    typeName,
    own,
    position,
  }: {
    readonly selection: SelectionDraft
    readonly typeName: string
    readonly own: SelectionDraft
    readonly position: Position
  },
): string {
  const path: readonly RenameStep[] = [...position.path, { kind: 'types', types: own.types }]
  const parts = [...own.fields].map(([name, field]) => {
    const others = [selection, ...selection.byType.values()].filter((other) => other !== own)
    const differs = others.some((other) => {
      const same = other.fields.get(name)
      return same !== undefined && conflict(same, field)
    })
    const below = { ...position, path }
    if (!differs) return writeField(writing, { field, alias: name, position: below })
    const alias = `_${typeName}_${name}`
    const text = writeField(writing, { field, alias, position: below })
    // After those below it, whose paths still have the alias.
    writing.renames.push({ path: [...path, { kind: 'field', name: alias }], name })
    return text
  })
  return `{ ${[...typenameIn(own, position), ...parts].join(' ')} }`
}

/** Whether two fields can't share a response name: their types differ, or those of fields of one name below them do. */
function conflict(one: FieldDraft, other: FieldDraft): boolean {
  if (one === other) return false
  if (one.below === undefined || other.below === undefined) return one.typeText !== other.typeText
  // A composite type's own name may differ; its lists and nulls may not.
  if (one.typeText.replace(/\w+/, '') !== other.typeText.replace(/\w+/, '')) return true
  const others = Map.groupBy(fieldsIn(other.below), ([name]) => name)
  return fieldsIn(one.below).some(([name, field]) =>
    others.get(name)?.some(([, same]) => conflict(field, same)),
  )
}

const fieldsIn = ({ fields, byType }: SelectionDraft): readonly (readonly [string, FieldDraft])[] => [
  ...fields,
  ...[...byType.values()].flatMap(fieldsIn),
]

function writeField(
  writing: Writing,
  {
    field,
    alias,
    position,
  }: {
    readonly field: FieldDraft
    readonly alias: string
    readonly position: Position
  },
): string {
  for (const { value } of field.arguments) noteVariables(writing, value)
  const given = field.arguments.map((argument) => print(argument)).join(', ')
  const head = alias === field.name ? field.name : `${alias}: ${field.name}`
  const path: readonly RenameStep[] = [...position.path, { kind: 'field', name: alias }]
  const below =
    field.below === undefined ? '' : ` ${writeSelection(writing, field.below, { path, within: field.when })}`
  const call = `${head}${given === '' ? '' : `(${given})`}`
  if (isAlways(field.when) || isSameWhen(field.when, position.within)) return `${call}${below}`
  return field.when.map((conditions) => writeConditional(writing, conditions, { call, below })).join(' ')
}

// A directive can be given once, so all but the last condition stand on fragments around the field.
function writeConditional(
  { variables }: Writing,
  conditions: readonly Condition[],
  { call, below }: { readonly call: string; readonly below: string },
): string {
  for (const { variable } of conditions) variables.add(variable)
  const [last = '', ...outer] = conditions
    .map(({ variable, wanted }) => `@${wanted ? 'include' : 'skip'}(if: $${variable})`)
    .toReversed()
  return outer.reduce((inner, directive) => `... ${directive} { ${inner} }`, `${call} ${last}${below}`)
}

function noteVariables({ variables }: Writing, value: ValueNode): void {
  visit(value, { Variable: ({ name }) => void variables.add(name.value) })
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
