/** The ownership rule: a field is resolved by one subgraph, and some subgraphs may only refer to another's types by key. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql'

export type SubgraphDocument = {
  readonly name: string
  readonly typeDefs: DocumentNode
  readonly url?: string
}

export type CompositionProblem = { readonly code: string; readonly message: string }

export type OwnershipRules = {
  /** Federation lets entities' fields be shared as well; Souk does not. */
  readonly allowsSharedFields?: boolean
  /** What is under a @policy is served, and denied to everyone; Souk's own graph is refused instead. */
  readonly servesPolicies?: boolean
  /** `referrer` may declare nothing but keys of the types that `owner` owns, except of its own types. */
  readonly keyOnly: readonly {
    readonly referrer: string
    readonly owner: string
    readonly ownTypes: readonly string[]
  }[]
}

/** C56: content shows products and never describes them, or a price shown in a live room would have two sources. */
export const soukOwnership: OwnershipRules = {
  keyOnly: [{ referrer: 'content', owner: 'products', ownTypes: ['ShortVideo', 'LiveRoom', 'LiveRoomItem'] }],
}

/** For a graph of somebody else: nothing beyond what federation itself asks. */
export const noOwnership: OwnershipRules = { keyOnly: [], allowsSharedFields: true, servesPolicies: true }

export function checkOwnership(
  documents: readonly SubgraphDocument[],
  rules: OwnershipRules,
): readonly CompositionProblem[] {
  const types = documents.map(declaredTypes)
  const shared = rules.allowsSharedFields === true ? [] : fieldsWithTwoOwners(types)
  return [...shared, ...rules.keyOnly.flatMap((rule) => fieldsBeyondKey(types, rule))]
}

type DeclaredField = {
  readonly name: string
  readonly isShareable: boolean
  readonly overrides: string | undefined
}

type DeclaredType = {
  readonly hasKey: boolean
  readonly keyFields: ReadonlySet<string>
  /** Fields that this subgraph resolves itself: neither external nor part of a key. */
  readonly ownFields: readonly DeclaredField[]
}

type SubgraphTypes = { readonly subgraph: string; readonly types: ReadonlyMap<string, DeclaredType> }

function declaredTypes({ name, typeDefs }: SubgraphDocument): SubgraphTypes {
  const parts = new Map<string, ObjectNode[]>()
  for (const definition of typeDefs.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION)
      continue
    const typeName = definition.name.value
    const known = parts.get(typeName)
    if (known === undefined) parts.set(typeName, [definition])
    else known.push(definition)
  }
  return {
    subgraph: name,
    types: new Map([...parts].map(([typeName, nodes]) => [typeName, declaredType(nodes)])),
  }
}

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode

function declaredType(nodes: readonly ObjectNode[]): DeclaredType {
  const directives = nodes.flatMap((node) => node.directives ?? [])
  const keys = directives.filter((directive) => isNamed(directive, 'key'))
  const keyFields = new Set(keys.flatMap((key) => topLevelNames(stringArgument(key, 'fields') ?? '')))
  const isTypeShareable = directives.some((directive) => isNamed(directive, 'shareable'))
  const fields = nodes.flatMap((node) => node.fields ?? [])
  return {
    hasKey: keys.length > 0,
    keyFields,
    ownFields: fields
      .filter(
        (field) =>
          !hasDirective(field, 'external') && !keyFields.has(field.name.value) && !isMachinery(field),
      )
      .map((field) => ({
        name: field.name.value,
        isShareable: isTypeShareable || hasDirective(field, 'shareable'),
        overrides: overriddenSubgraph(field),
      })),
  }
}

function fieldsWithTwoOwners(subgraphs: readonly SubgraphTypes[]): CompositionProblem[] {
  const typeNames = new Set(subgraphs.flatMap(({ types }) => [...types.keys()]))
  return [...typeNames].toSorted().flatMap((typeName) => {
    const declared = subgraphs.flatMap(({ subgraph, types }) => {
      const type = types.get(typeName)
      return type === undefined ? [] : [{ subgraph, type }]
    })
    if (isValueType(declared.map(({ type }) => type))) return []
    const owners = ownersByField(declared)
    return [...owners].flatMap(([field, names]) =>
      names.length < 2
        ? []
        : [
            {
              code: 'GW_FIELD_HAS_TWO_OWNERS',
              message: `[${names.join(', ')}] ${typeName}.${field} is resolved by ${names.length} subgraphs. Leave it to one of them; mark it @external in the others.`,
            },
          ],
    )
  })
}

// Money, PageInfo and their like: no key anywhere, and every field shareable wherever it is declared.
const isValueType = (types: readonly DeclaredType[]): boolean =>
  types.every((type) => !type.hasKey && type.ownFields.every((field) => field.isShareable))

function ownersByField(
  declared: readonly { readonly subgraph: string; readonly type: DeclaredType }[],
): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>()
  const overridden = new Set(
    declared.flatMap(({ type }) =>
      type.ownFields.flatMap(({ name, overrides }) => (overrides ? [`${overrides}:${name}`] : [])),
    ),
  )
  for (const { subgraph, type } of declared) {
    for (const { name } of type.ownFields) {
      if (overridden.has(`${subgraph}:${name}`)) continue
      const known = owners.get(name)
      if (known === undefined) owners.set(name, [subgraph])
      else known.push(subgraph)
    }
  }
  return owners
}

function fieldsBeyondKey(
  subgraphs: readonly SubgraphTypes[],
  rule: OwnershipRules['keyOnly'][number],
): CompositionProblem[] {
  const owner = subgraphs.find(({ subgraph }) => subgraph === rule.owner)
  const referrer = subgraphs.find(({ subgraph }) => subgraph === rule.referrer)
  if (owner === undefined || referrer === undefined) return []
  return [...referrer.types].flatMap(([typeName, type]) => {
    const owned = owner.types.get(typeName)
    if (owned === undefined || !owned.hasKey || owned.ownFields.length === 0) return []
    if (rule.ownTypes.includes(typeName)) return []
    return type.ownFields.map(({ name }) => ({
      code: 'GW_FIELD_BEYOND_KEY',
      message: `[${rule.referrer}] ${typeName}.${name} is beyond the key of a type that ${rule.owner} owns. Remove it from ${rule.referrer}.`,
    }))
  })
}

// `organization { id } code` has the top-level names organization and code.
function topLevelNames(fieldSet: string): string[] {
  const names: string[] = []
  let depth = 0
  for (const [token] of fieldSet.matchAll(/[A-Za-z_]\w*|[{}]/g)) {
    if (token === '{') depth += 1
    else if (token === '}') depth -= 1
    else if (depth === 0) names.push(token)
  }
  return names
}

const overriddenSubgraph = (field: FieldDefinitionNode): string | undefined => {
  const override = field.directives?.find((directive) => isNamed(directive, 'override'))
  return override === undefined ? undefined : stringArgument(override, 'from')
}

function stringArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value
  return value?.kind === Kind.STRING ? value.value : undefined
}

const hasDirective = (field: FieldDefinitionNode, name: string): boolean =>
  field.directives?.some((directive) => isNamed(directive, name)) ?? false

const isNamed = (directive: ConstDirectiveNode, name: string): boolean =>
  directive.name.value === name || directive.name.value === `federation__${name}`

const isMachinery = (field: FieldDefinitionNode): boolean =>
  field.name.value === '_service' || field.name.value === '_entities'
