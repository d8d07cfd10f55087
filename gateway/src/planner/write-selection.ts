/** Writes what a fetch selects, under its conditions, with the rewrites that undo what the text had to rename. */
import { print, type ValueNode, visit } from 'graphql'
import { type Branch, firstBranch, type Written, writtenIn } from './branches.ts'
import type { PlanLimits } from './cannot-plan.ts'
import { bounded, type Condition, isAlways, type When } from './conditions.ts'
import type { FieldDraft, SelectionDraft } from './drafts.ts'
import { interfaceTypename, type Rename, type RenameStep } from './query-plan.ts'

export type Writing = {
  /** The variables that the text mentions. */
  readonly variables: Set<string>
  readonly renames: Rename[]
  readonly limits: WriteLimits
}

export type WriteLimits = Pick<PlanLimits, 'alternativesMax'>

export const startWriting = (limits: WriteLimits): Writing => ({ variables: new Set(), renames: [], limits })

/** The text of what a fetch selects, which runs only when something of it is wanted. */
export function writeSelections(writing: Writing, selection: SelectionDraft, when: When): string {
  const position = { path: [], within: when, branches: [firstBranch(when)] }
  return writeSelection(writing, selection, position).join(' ')
}

/** Where one writes: the path, and what holds there anyway, which fields need not repeat. */
type Position = {
  readonly path: readonly RenameStep[]
  readonly within: When
  readonly branches: readonly Branch[]
}

/** What is written in one branch. */
type Part = {
  readonly at: number
  readonly text: string
  /** It is there whenever the branch is, so the selection is not empty. */
  readonly isSure: boolean
}

/** The same selection, once for each branch. */
function writeSelection(writing: Writing, selection: SelectionDraft, position: Position): readonly string[] {
  const parts = [...selection.fields].flatMap(([alias, field]) =>
    writeField(writing, { field, alias, position }),
  )
  const fragments = [...selection.byType].flatMap(([typeName, own]) =>
    writeNarrow(writing, { selection, typeName, own, position }),
  )
  const byBranch = Map.groupBy([...parts, ...fragments], ({ at }) => at)
  return position.branches.map((_, at) => writeBranch(selection, byBranch.get(at) ?? []))
}

// What an interface object calls `__typename` must not pass for the runtime type, which another fetch may say.
function writeBranch({ typename, isInterfaceObject }: SelectionDraft, parts: readonly Part[]): string {
  const isEmpty = !parts.some(({ isSure }) => isSure)
  const own = isInterfaceObject ? `${interfaceTypename}: __typename` : '__typename'
  return `{ ${[...(typename || isEmpty ? [own] : []), ...parts.map(({ text }) => text)].join(' ')} }`
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
): readonly Part[] {
  const path: readonly RenameStep[] = [...position.path, { kind: 'types', types: own.types }]
  const parts = [...own.fields].flatMap(([name, field]) => {
    const others = [selection, ...selection.byType.values()].filter((other) => other !== own)
    const differs = others.some((other) => {
      const same = other.fields.get(name)
      return same !== undefined && conflict(same, field)
    })
    const below = { ...position, path }
    if (!differs) return writeField(writing, { field, alias: name, position: below })
    const alias = `_${typeName}_${name}`
    const written = writeField(writing, { field, alias, position: below })
    // After those below it, whose paths still have the alias.
    writing.renames.push({ path: [...path, { kind: 'field', name: alias }], name })
    return written
  })
  return [...Map.groupBy(parts, ({ at }) => at)].map(([at, inBranch]) => ({
    at,
    text: `... on ${typeName} ${writeBranch(own, inBranch)}`,
    // Objects of another type have nothing of it.
    isSure: false,
  }))
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
): readonly Part[] {
  const given = field.arguments.map((argument) => print(argument)).join(', ')
  const head = alias === field.name ? field.name : `${alias}: ${field.name}`
  const call = `${head}${given === '' ? '' : `(${given})`}`
  const { branches, within } = position
  const written = bounded(writtenIn(branches, { when: field.when, within }), writing.limits)
  // Conditions that contradict those above leave nothing, not even a mention of its arguments.
  if (written.length === 0) return []
  for (const { value } of field.arguments) noteVariables(writing, value)
  const below = writeBelow(writing, { field, written, alias, position })
  return written.map(({ at, conditions }, index) => ({
    at,
    text: writeConditional(writing, conditions, { call, below: below[index] ?? '' }),
    isSure: conditions.length === 0,
  }))
}

function writeBelow(
  writing: Writing,
  {
    field,
    written,
    alias,
    position,
  }: {
    readonly field: FieldDraft
    readonly written: readonly Written[]
    readonly alias: string
    readonly position: Position
  },
): readonly string[] {
  if (field.below === undefined) return []
  return writeSelection(writing, field.below, {
    path: [...position.path, { kind: 'field', name: alias }],
    within: isAlways(field.when) ? position.within : field.when,
    branches: written.map(({ branch }) => branch),
  }).map((text) => ` ${text}`)
}

// A directive can be given once, so all but the last condition stand on fragments around the field.
function writeConditional(
  { variables }: Writing,
  conditions: readonly Condition[],
  { call, below }: { readonly call: string; readonly below: string },
): string {
  for (const { variable } of conditions) variables.add(variable)
  const [last, ...outer] = conditions
    .map(({ variable, wanted }) => `@${wanted ? 'include' : 'skip'}(if: $${variable})`)
    .toReversed()
  const field = last === undefined ? `${call}${below}` : `${call} ${last}${below}`
  return outer.reduce((inner, directive) => `... ${directive} { ${inner} }`, field)
}

function noteVariables({ variables }: Writing, value: ValueNode): void {
  visit(value, { Variable: ({ name }) => void variables.add(name.value) })
}
