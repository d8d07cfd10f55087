/** What a field needs because of the fields that it requires: whoever may not read those gets nothing that is made of them. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
} from 'graphql'
import type { AccessRequirement } from './access-requirement.ts'
import { parseFieldSet, walkFieldSet } from './field-sets.ts'
import { argumentOf, directivesOf } from './joins.ts'
import { namedTypeOf } from './type-nodes.ts'

type Requirements = ReadonlyMap<string, readonly AccessRequirement[]>

/**
 * The rules of fields, with those that come by `@requires`, also through a field that requires in its turn. Composers of today refuse a
 * field that has less than what it requires; those of yesterday let it pass, and then its subgraph would get a value for a viewer who may
 * not read it. A key is not inherited from: it joins what it is the key of, as the specification has it, and is itself in no answer.
 */
export function inheritRules(
  supergraph: DocumentNode,
  { types, fields }: { readonly types: Requirements; readonly fields: Requirements },
): Requirements {
  const known = readTypes(supergraph)
  const required = readRequired(known)
  const inherited = new Map(fields)
  for (const coordinate of required.keys()) {
    const all = [coordinate, ...reachable(required, coordinate)].flatMap((one, index) => [
      ...(fields.get(one) ?? []),
      ...(index === 0 ? [] : ofItsTypes(one)),
    ])
    const each = [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
    if (each.length > 0) inherited.set(coordinate, each)
  }
  return inherited

  function ofItsTypes(coordinate: string): readonly AccessRequirement[] {
    const [typeName = '', fieldName = ''] = coordinate.split('.')
    const field = known.get(typeName)?.fields.get(fieldName)
    return [
      ...(types.get(typeName) ?? []),
      ...(field === undefined ? [] : (types.get(namedTypeOf(field.type)) ?? [])),
    ]
  }
}

type JoinedType = {
  readonly name: string
  readonly kind: string
  readonly interfaces: readonly string[]
  readonly fields: ReadonlyMap<string, FieldDefinitionNode>
}

type JoinedTypes = ReadonlyMap<string, JoinedType>

function readTypes(supergraph: DocumentNode): JoinedTypes {
  return new Map(
    supergraph.definitions.flatMap((definition) => {
      if (!isTypeDefinitionNode(definition)) return []
      const isInterface = definition.kind === Kind.INTERFACE_TYPE_DEFINITION
      const hasFields = isInterface || definition.kind === Kind.OBJECT_TYPE_DEFINITION
      const type = {
        name: definition.name.value,
        kind: isInterface
          ? 'interface'
          : definition.kind === Kind.OBJECT_TYPE_DEFINITION
            ? 'object'
            : 'other',
        interfaces: hasFields ? (definition.interfaces ?? []).map(({ name }) => name.value) : [],
        fields: new Map(
          hasFields ? (definition.fields ?? []).map((field) => [field.name.value, field] as const) : [],
        ),
      }
      return [[type.name, type] as const]
    }),
  )
}

/** By the coordinate of an object's field, those of all fields that one of its subgraphs requires for it. */
function readRequired(types: JoinedTypes): ReadonlyMap<string, ReadonlySet<string>> {
  const required = new Map<string, ReadonlySet<string>>()
  for (const { name: typeName, kind, interfaces, fields } of types.values()) {
    if (kind !== 'object') continue
    for (const [fieldName, field] of fields) {
      // What an interface object requires stands at the interface alone.
      const holders = [field, ...interfaces.flatMap((name) => types.get(name)?.fields.get(fieldName) ?? [])]
      const found = new Set<string>()
      for (const join of holders.flatMap((holder) => directivesOf(holder, 'join__field')))
        walkRequired(types, typeName, { join, found })
      if (found.size > 0) required.set(`${typeName}.${fieldName}`, found)
    }
  }
  return required
}

function walkRequired(
  types: JoinedTypes,
  typeName: string,
  { join, found }: { readonly join: ConstDirectiveNode; readonly found: Set<string> },
): void {
  const selections = parseFieldSet(argumentOf(join, 'requires') ?? '') ?? []
  walkFieldSet(types, typeName, {
    selections,
    visit: (holder, fieldName) => void found.add(`${holder}.${fieldName}`),
  })
}

function reachable(required: ReadonlyMap<string, ReadonlySet<string>>, from: string): ReadonlySet<string> {
  const reached = new Set<string>()
  const next = [...(required.get(from) ?? [])]
  for (let coordinate = next.pop(); coordinate !== undefined; coordinate = next.pop()) {
    if (reached.has(coordinate)) continue
    reached.add(coordinate)
    next.push(...(required.get(coordinate) ?? []))
  }
  return reached
}
