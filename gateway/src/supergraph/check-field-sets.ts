/** Checks that keys, requirements and provisions can be asked as they are written, beyond what the composition library looks at. */
import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  isTypeExtensionNode,
  Kind,
  KnownArgumentNamesRule,
  KnownFragmentNamesRule,
  KnownTypeNamesRule,
  parse,
  PossibleFragmentSpreadsRule,
  ProvidedRequiredArgumentsRule,
  ScalarLeafsRule,
  validate,
  ValuesOfCorrectTypeRule,
  visit,
} from 'graphql'
import type { CompositionProblem } from './check-ownership.ts'
import { writeProblem } from './write-problem.ts'
import { type FieldSetTypes, parseFieldSet, walkFieldSet } from './field-sets.ts'
import type { ReadType, SubgraphReading } from './read-subgraph.ts'
import { namedTypeOf } from './type-nodes.ts'

export function checkFieldSets({ name, typeDefs, types }: SubgraphReading): readonly CompositionProblem[] {
  const schema = buildSubgraphSchema(typeDefs)
  if (schema === undefined) return []
  return [...types.values()].flatMap(fieldSetsOf).flatMap(({ where, directive, typeName, text }) => {
    const faults = findFaults(schema, typeName, text)
    const unions = directive === 'key' ? findUnions(types, typeName, text) : []
    return [...faults, ...unions].map((fault) =>
      writeProblem({
        subgraphs: [name],
        sentence: `${where}, @${directive}(fields: ${JSON.stringify(text)}): ${fault.replace(/(?<![.?])$/, '.')}`,
        remedy: remedies[directive],
        code: `${directive.toUpperCase()}_INVALID_FIELDS`,
      }),
    )
  })
}

const remedies = {
  key: 'Name fields without fields of their own, or those of them, without alias or variable.',
  requires: 'Write it as it would be asked of the subgraph that has the field, without alias or variable.',
  provides: 'Write it as it would be asked of this subgraph, without alias or variable.',
} as const

/** Undefined where the document is no schema, of which the composition library tells. */
function buildSubgraphSchema(document: DocumentNode): GraphQLSchema | undefined {
  const defined = new Set<string>()
  for (const one of document.definitions)
    if ('name' in one && one.name !== undefined && !isTypeExtensionNode(one)) defined.add(one.name.value)
  const definitions = document.definitions.flatMap((one): readonly DefinitionNode[] => {
    if (one.kind === Kind.DIRECTIVE_DEFINITION) return []
    if (!isTypeExtensionNode(one) || defined.has(one.name.value)) return [one]
    defined.add(one.name.value)
    return [{ ...one, kind: one.kind.replace('Extension', 'Definition') } as DefinitionNode]
  })
  try {
    return buildASTSchema({ ...document, definitions }, { assumeValid: true, assumeValidSDL: true })
  } catch {
    return undefined
  }
}

type FieldSet = {
  readonly where: string
  readonly directive: keyof typeof remedies
  readonly typeName: string
  readonly text: string
}

function fieldSetsOf({ name, keys, fields }: ReadType): readonly FieldSet[] {
  const ofKeys = keys.map(({ fields: text }) => ({
    where: name,
    directive: 'key' as const,
    typeName: name,
    text,
  }))
  const ofFields = [...fields.values()].flatMap(({ name: fieldName, type, requires, provides }) => {
    const where = `${name}.${fieldName}`
    return [
      { where, directive: 'requires' as const, typeName: name, text: requires },
      { where, directive: 'provides' as const, typeName: namedTypeOf(type), text: provides },
    ].flatMap(({ text, ...rest }) => (text === undefined ? [] : [{ ...rest, text }]))
  })
  return [...ofKeys, ...ofFields]
}

function findFaults(schema: GraphQLSchema, typeName: string, text: string): readonly string[] {
  if (parseFieldSet(text) === undefined) return []
  const document = parse(`fragment fields on ${typeName} { ${text} }`, { noLocation: true })
  const faults: string[] = []
  visit(document, {
    Field: ({ alias }) => void (alias && faults.push(`The alias "${alias.value}" can't be sent on.`)),
    Variable: ({ name }) => void faults.push(`There is no variable "$${name.value}".`),
  })
  return faults.length > 0 ? faults : validate(schema, document, rules).map(({ message }) => message)
}

/** Of interfaces in a key the composition library tells. */
function findUnions(types: FieldSetTypes, typeName: string, text: string): readonly string[] {
  const found: string[] = []
  walkFieldSet(types, typeName, {
    selections: parseFieldSet(text) ?? [],
    visit(type, field) {
      const node = types.get(type)?.fields.get(field)?.type
      if (node !== undefined && types.get(namedTypeOf(node))?.kind === 'union')
        found.push(`${type}.${field} is of a union, which has no fields to know an entity by.`)
    },
  })
  return found
}

const rules = [
  KnownArgumentNamesRule,
  KnownFragmentNamesRule,
  KnownTypeNamesRule,
  PossibleFragmentSpreadsRule,
  ProvidedRequiredArgumentsRule,
  ScalarLeafsRule,
  ValuesOfCorrectTypeRule,
]
