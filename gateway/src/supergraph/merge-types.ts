/** Merges the types that subgraphs give to one field, argument or input: what comes out may be any of theirs, what goes in must suit all. */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  type TypeNode,
} from 'graphql'
import type { CompositionProblem } from './check-ownership.ts'
import { writeProblem } from './write-problem.ts'
import type { ReadField, ReadType, SubgraphReading } from './read-subgraph.ts'
import { type Contains, isWithin, narrowestType, widestType } from './type-nodes.ts'

export type MergedTypes = {
  readonly document: DocumentNode
  readonly problems: readonly CompositionProblem[]
}

/**
 * The composition library takes the type of the first subgraph where one has an object and another an interface or union
 * with it, sees nullability only on the outside of a list, and leaves the fields of interfaces as they come.
 */
export function mergeTypes(document: DocumentNode, subgraphs: readonly SubgraphReading[]): MergedTypes {
  const merging: Merging = {
    declared: declaredTypes(subgraphs),
    contains: readMembers(document),
    problems: [],
  }
  const merged = {
    ...document,
    definitions: document.definitions.map((definition) => mergeDefinition(merging, definition)),
  }
  if (merging.problems.length === 0) findUnlike(merging, merged)
  return { document: merged, problems: merging.problems }
}

type Merging = {
  /** By name, the type as each subgraph declares it. */
  readonly declared: ReadonlyMap<string, readonly Said<ReadType>[]>
  readonly contains: Contains
  readonly problems: CompositionProblem[]
}

function declaredTypes(subgraphs: readonly SubgraphReading[]): Merging['declared'] {
  const declared = new Map<string, Said<ReadType>[]>()
  for (const { name, types } of subgraphs)
    for (const type of types.values()) {
      const known = declared.get(type.name)
      if (known === undefined) declared.set(type.name, [{ subgraph: name, value: type }])
      else known.push({ subgraph: name, value: type })
    }
  return declared
}

export function readMembers(document: DocumentNode): Contains {
  const members = new Map<string, Set<string>>()
  const add = (wide: string, narrow: string): void =>
    void members.set(wide, (members.get(wide) ?? new Set()).add(narrow))
  for (const definition of document.definitions) {
    const { kind } = definition
    if (kind === Kind.UNION_TYPE_DEFINITION)
      for (const { name } of definition.types ?? []) add(definition.name.value, name.value)
    if (kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const { name } of definition.interfaces ?? []) add(name.value, definition.name.value)
  }
  return (wide, narrow) => wide === narrow || members.get(wide)?.has(narrow) === true
}

function mergeDefinition(merging: Merging, definition: DefinitionNode): DefinitionNode {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const interfaces = (definition.interfaces ?? []).map(({ name }) => name.value)
      const at = { typeName: definition.name.value, interfaces }
      return {
        ...definition,
        fields: (definition.fields ?? []).map((field) => mergeField(merging, at, field)),
      }
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
      const at = { typeName: definition.name.value, interfaces: [] }
      return {
        ...definition,
        fields: (definition.fields ?? []).map((field) => mergeInput(merging, at, field)),
      }
    }
    default:
      return definition
  }
}

type At = { readonly typeName: string; readonly interfaces: readonly string[] }

function mergeField(merging: Merging, at: At, definition: FieldDefinitionNode): FieldDefinitionNode {
  const coordinate = `${at.typeName}.${definition.name.value}`
  const said = fieldsOf(merging, at, definition.name.value)
  const own = typesOf(said.filter(({ value }) => !value.isExternal))
  const type = own.length === 0 ? definition.type : widestType(valuesOf(own), merging.contains)
  if (type === undefined)
    refuse(merging, coordinate, {
      said: own,
      remedy: 'Give it one type, or an interface or union in one of them that has the types of the others.',
      code: 'FIELD_TYPE_MISMATCH',
    })
  else if (said.length > own.length) checkExternals(merging, at, { definition, own, type })
  if (own.length > 0) checkExternalArguments(merging, coordinate, said)
  const mergeArgument = (argument: InputValueDefinitionNode): InputValueDefinitionNode => {
    const given = said.flatMap(({ subgraph, value }) => {
      const one = value.arguments.find(({ name }) => name.value === argument.name.value)
      return one === undefined ? [] : [{ subgraph, value: one }]
    })
    // Where one subgraph has no default, only an argument that is left out lets each have its own way.
    const hasDefault = given.every(({ value }) => value.defaultValue !== undefined)
    const { defaultValue, ...rest } = hide(argument, valuesOf(given))
    return mergeGiven(merging, `${coordinate}(${argument.name.value}:)`, {
      definition: hasDefault && defaultValue !== undefined ? { ...rest, defaultValue } : rest,
      said: given,
      code: 'FIELD_ARGUMENT_TYPE_MISMATCH',
    })
  }
  return {
    ...definition,
    type: type ?? definition.type,
    arguments: (definition.arguments ?? []).map(mergeArgument),
  }
}

/** What one subgraph says. */
type Said<Value> = { readonly subgraph: string; readonly value: Value }

const valuesOf = <Value>(said: readonly Said<Value>[]): readonly Value[] => said.map(({ value }) => value)

const typesOf = (said: readonly Said<{ readonly type: TypeNode }>[]): readonly Said<TypeNode>[] =>
  said.map(({ subgraph, value }) => ({ subgraph, value: value.type }))

/** The fields of a type, and those that it has by an interface which is held as an object. */
function fieldsOf(
  { declared }: Merging,
  { typeName, interfaces }: At,
  fieldName: string,
): readonly Said<ReadField>[] {
  const asObjects = interfaces.flatMap((one) =>
    (declared.get(one) ?? []).filter(({ value }) => value.isInterfaceObject),
  )
  return [...(declared.get(typeName) ?? []), ...asObjects].flatMap(({ subgraph, value: { fields } }) => {
    const value = fields.get(fieldName)
    return value === undefined ? [] : [{ subgraph, value }]
  })
}

/** Of the fields of interfaces the library forgets which arguments are @inaccessible. */
function hide(
  argument: InputValueDefinitionNode,
  given: readonly InputValueDefinitionNode[],
): InputValueDefinitionNode {
  const isHidden = (one: InputValueDefinitionNode): boolean =>
    (one.directives ?? []).some(({ name }) => /^(federation__)?inaccessible$/.test(name.value))
  if (isHidden(argument) || !given.some(isHidden)) return argument
  return { ...argument, directives: [...(argument.directives ?? []), inaccessible] }
}

const inaccessible: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'inaccessible' },
}

/** What a subgraph is told of an external field, or gives along with it, is what clients see as well. */
function checkExternals(
  merging: Merging,
  { typeName }: At,
  {
    definition,
    own,
    type,
  }: {
    readonly definition: FieldDefinitionNode
    readonly own: readonly Said<TypeNode>[]
    readonly type: TypeNode
  },
): void {
  const { value: fieldName } = definition.name
  // The objects of an interface may have narrower types, of which one that holds it as an object is not told.
  const others = typesOf(
    fieldsOf(merging, { typeName, interfaces: [] }, fieldName).filter(
      ({ value }) => value.isExternal && value.isUsed && print(value.type) !== print(type),
    ),
  )
  if (others.length === 0) return
  refuse(merging, `${typeName}.${fieldName}`, {
    said: [...own, ...others],
    remedy: `Give it the type ${print(type)} where it is @external.`,
    code: 'EXTERNAL_TYPE_MISMATCH',
  })
}

/** Only an argument that all owners take is public, so only that has to be declared where the field is external. */
function checkExternalArguments(
  merging: Merging,
  coordinate: string,
  said: readonly Said<ReadField>[],
): void {
  const names = ({ value }: Said<ReadField>): ReadonlySet<string> =>
    new Set(value.arguments.map(({ name }) => name.value))
  const externals = said.filter(({ value }) => value.isExternal)
  const owners = said.filter(({ value }) => !value.isExternal)
  const [first, ...others] = owners.map(names)
  for (const name of first ?? []) {
    const missing = externals.filter((one) => !names(one).has(name)).map(({ subgraph }) => subgraph)
    if (missing.length === 0 || !others.every((taken) => taken.has(name))) continue
    const trouble = {
      subgraphs: [...owners.map(({ subgraph }) => subgraph), ...missing],
      sentence: `${coordinate} takes the argument ${name}, but not where it is @external, in ${missing.map((one) => `"${one}"`).join(' and ')}.`,
      code: 'EXTERNAL_ARGUMENT_MISSING',
    }
    merging.problems.push(writeProblem(trouble))
  }
}

function mergeInput(
  merging: Merging,
  at: At,
  definition: InputValueDefinitionNode,
): InputValueDefinitionNode {
  const said = fieldsOf(merging, at, definition.name.value)
  const coordinate = `${at.typeName}.${definition.name.value}`
  return mergeGiven(merging, coordinate, { definition, said, code: 'FIELD_TYPE_MISMATCH' })
}

function mergeGiven(
  merging: Merging,
  coordinate: string,
  {
    definition,
    said,
    code,
  }: {
    readonly definition: InputValueDefinitionNode
    readonly said: readonly Said<{ readonly type: TypeNode }>[]
    readonly code: string
  },
): InputValueDefinitionNode {
  if (said.length === 0) return definition
  const types = typesOf(said)
  const type = narrowestType(valuesOf(types))
  if (type === undefined) {
    const remedy = 'Give it one type everywhere; nullability alone may differ.'
    refuse(merging, coordinate, { said: types, remedy, code })
    return definition
  }
  return { ...definition, type }
}

/** Objects whose fields are of other types than their interfaces say. */
function findUnlike(merging: Merging, { definitions }: DocumentNode): void {
  const composites = definitions.flatMap((one) =>
    one.kind === Kind.OBJECT_TYPE_DEFINITION || one.kind === Kind.INTERFACE_TYPE_DEFINITION ? [one] : [],
  )
  const byName = new Map(composites.map((one) => [one.name.value, one]))
  for (const narrow of composites)
    for (const wide of (narrow.interfaces ?? []).flatMap(({ name }) => byName.get(name.value) ?? []))
      for (const fieldName of unlikeFields(merging, wide, narrow))
        refuseUnlike(merging, [wide.name.value, narrow.name.value], fieldName)
}

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

const unlikeFields = ({ contains }: Merging, wide: Composite, narrow: Composite): readonly string[] =>
  (wide.fields ?? []).flatMap(({ name, type }) => {
    const field = narrow.fields?.find((one) => one.name.value === name.value)
    return field === undefined || isWithin(field.type, type, contains) ? [] : [name.value]
  })

function refuseUnlike(merging: Merging, [wide, narrow]: readonly [string, string], fieldName: string): void {
  const saidOf = (typeName: string) => typesOf(fieldsOf(merging, { typeName, interfaces: [] }, fieldName))
  const subgraphs = [...new Set([...saidOf(wide), ...saidOf(narrow)].map(({ subgraph }) => subgraph))]
  const trouble = {
    subgraphs,
    sentence: `${wide}.${fieldName} is ${listOf(saidOf(wide))}, but ${narrow}.${fieldName} is ${listOf(saidOf(narrow))}.`,
    remedy: `Give ${narrow}.${fieldName} the type of ${wide}.${fieldName}, or a narrower one.`,
    code: 'INTERFACE_FIELD_TYPE_MISMATCH',
  }
  merging.problems.push(writeProblem(trouble))
}

function refuse(
  merging: Merging,
  coordinate: string,
  {
    said,
    remedy,
    code,
  }: { readonly said: readonly Said<TypeNode>[]; readonly remedy: string; readonly code: string },
): void {
  const subgraphs = [...new Set(said.map(({ subgraph }) => subgraph))]
  merging.problems.push(
    writeProblem({ subgraphs, sentence: `${coordinate} is ${listOf(said)}.`, remedy, code }),
  )
}

/** `Int in "a" and "b", String in "c"` */
function listOf(said: readonly Said<TypeNode>[]): string {
  const byType = new Map<string, string[]>()
  for (const { subgraph, value } of said) {
    const names = byType.get(print(value))
    if (names === undefined) byType.set(print(value), [`"${subgraph}"`])
    else names.push(`"${subgraph}"`)
  }
  return [...byType].map(([type, names]) => `${type} in ${names.join(' and ')}`).join(', ')
}
