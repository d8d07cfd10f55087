/** Writes a fetch as the text that its subgraph gets, with the rewrites that undo what the text had to rename. */
import { Kind, type OperationDefinitionNode, print, type ValueNode, visit } from 'graphql'
import type { FetchDraft, FieldDraft, SelectionDraft } from './drafts.ts'
import type {
  EntityFetchNode,
  EntityInput,
  RepresentationShape,
  Rewrite,
  RewriteStep,
  RootFetchNode,
} from './query-plan.ts'
import type { WantedField, WantedSet } from './wanted.ts'

/** Sets of entities that are asked of one subgraph in one call. A set has one draft, or several that differ in place alone. */
export type EntitySets = readonly (readonly FetchDraft[])[]

export function writeRootFetch(draft: FetchDraft, operation: OperationDefinitionNode): RootFetchNode {
  const writing = startWriting()
  const selection = writeSelection(writing, draft.selection, [])
  const kind = operation.operation === 'mutation' ? 'mutation' : 'query'
  const variables = variablesOf(operation, writing.variables)
  const head = variables.length === 0 ? '' : `(${variables.map(({ text }) => text).join(', ')})`
  return {
    kind: 'rootFetch',
    subgraph: draft.subgraph,
    operation: `${kind}${head} ${selection}`,
    variables: variables.map(({ name }) => name),
    writes: [...draft.selection.fields.keys()],
    outputRewrites: writing.rewrites,
  }
}

export function writeEntityFetch(sets: EntitySets, operation: OperationDefinitionNode): EntityFetchNode {
  const taken = new Set((operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value))
  const used = new Set<string>()
  const written = sets.flatMap((drafts, index) => {
    const [first] = drafts
    if (first === undefined) return []
    const writing = { ...startWriting(), variables: used }
    const responseName = sets.length === 1 ? '_entities' : `_e${index}`
    const variable = freeName(sets.length === 1 ? 'representations' : `representations${index}`, taken)
    const selection = writeSelection(writing, first.selection, [])
    const alias = responseName === '_entities' ? '' : `${responseName}: `
    const text = `${alias}_entities(representations: $${variable}) { ... on ${first.typeName} ${selection} }`
    const input: EntityInput = {
      responseName,
      representationsVariable: variable,
      paths: drafts.map(({ path }) => path ?? []),
      representation: [
        { types: [first.entityType], fields: [...first.needs.values()].map(representationField) },
      ],
      writes: writtenNames(first.selection),
      // To its subgraph the interface is an object, and the only name that it knows.
      inputRewrites: first.typeName === first.entityType ? [] : [knownAs(first.typeName)],
      outputRewrites: writing.rewrites,
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

const knownAs = (typeName: string): Rewrite => ({
  kind: 'setValue',
  path: [{ kind: 'field', name: '__typename' }],
  value: typeName,
})

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  return taken.has(wanted) ? freeName(`_${wanted}`, taken) : wanted
}

const writtenNames = (selection: SelectionDraft): string[] => [
  ...new Set([...selection.fields.keys(), ...[...selection.byType.values()].flatMap(writtenNames)]),
]

/** The text that tells two sets of entities apart; what differs only in place is one set. */
export function entitySetKey(draft: FetchDraft): string {
  const needs = JSON.stringify([...draft.needs.values()].map(representationField))
  return `${draft.entityType} ${draft.typeName} ${needs} ${writeSelection(startWriting(), draft.selection, [])}`
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

type Writing = { readonly variables: Set<string>; readonly rewrites: Rewrite[] }

const startWriting = (): Writing => ({ variables: new Set(), rewrites: [] })

function writeSelection(writing: Writing, selection: SelectionDraft, path: readonly RewriteStep[]): string {
  const parts = [...selection.fields].map(([name, field]) =>
    writeField(writing, { name, field, alias: name, path }),
  )
  const fragments = [...selection.byType].flatMap(([typeName, own]) => {
    if (own.fields.size === 0 && own.byType.size === 0) return []
    return [`... on ${typeName} ${writeNarrow(writing, { selection, typeName, own, path })}`]
  })
  const needsTypename = selection.typename || parts.length === 0
  return `{ ${[...(needsTypename ? ['__typename'] : []), ...parts, ...fragments].join(' ')} }`
}

// Two runtime types may have a field of one name and two types. GraphQL wants different names for them then.
function writeNarrow(
  writing: Writing,
  {
    selection,
    typeName,
    own,
    path,
  }: {
    readonly selection: SelectionDraft
    readonly typeName: string
    readonly own: SelectionDraft
    readonly path: readonly RewriteStep[]
  },
): string {
  const below: readonly RewriteStep[] = [...path, { kind: 'types', types: [typeName] }]
  const parts = [...own.fields].map(([name, field]) => {
    const others = [selection, ...selection.byType.values()].filter((other) => other !== own)
    const differs = others.some((other) => {
      const same = other.fields.get(name)
      return same !== undefined && shapeOf(same) !== shapeOf(field)
    })
    if (!differs) return writeField(writing, { name, field, alias: name, path: below })
    const alias = `_${typeName}_${name}`
    writing.rewrites.push({ kind: 'renameKey', path: [...below, { kind: 'field', name: alias }], name })
    return writeField(writing, { name, field, alias, path: below })
  })
  return `{ ${[...(own.typename || parts.length === 0 ? ['__typename'] : []), ...parts].join(' ')} }`
}

/** What has to agree for two fields to share a response name: their types, and those of what is below. */
function shapeOf({ typeText, below }: FieldDraft): string {
  if (below === undefined) return typeText
  // A composite type's own name may differ; its lists and nulls may not.
  const wrapping = typeText.replace(/\w+/, '')
  const shapes = new Map<string, string>()
  addShapes(below, shapes)
  return `${wrapping}{${[...shapes]
    .map((pair) => pair.join(':'))
    .toSorted()
    .join(' ')}}`
}

function addShapes(selection: SelectionDraft, shapes: Map<string, string>): void {
  for (const [name, field] of selection.fields) shapes.set(name, shapeOf(field))
  for (const own of selection.byType.values()) addShapes(own, shapes)
}

function writeField(
  writing: Writing,
  {
    name,
    field,
    alias,
    path,
  }: {
    readonly name: string
    readonly field: FieldDraft
    readonly alias: string
    readonly path: readonly RewriteStep[]
  },
): string {
  for (const { value } of field.arguments) noteVariables(writing, value)
  const given = field.arguments.map((argument) => print(argument)).join(', ')
  const head = alias === field.name ? field.name : `${alias}: ${field.name}`
  const below =
    field.below === undefined
      ? ''
      : ` ${writeSelection(writing, field.below, [...path, { kind: 'field', name: alias === name ? name : alias }])}`
  return `${head}${given === '' ? '' : `(${given})`}${below}`
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
