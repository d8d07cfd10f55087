/** Writes a subgraph's schema in the way that the composer understands, where federation allows more ways than one. */
import {
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type NamedTypeNode,
  type NameNode,
  type OperationTypeNode,
  visit,
} from 'graphql'
import { argumentOf } from './joins.ts'
import { isFederationLink, nameDirectives } from './name-directives.ts'
import { prepareKeys } from './prepare-keys.ts'

/** Each step is a fault of @theguild/federation-composition 0.27 that was met, and has a test of its own. */
export function prepareSubgraph(document: DocumentNode): DocumentNode {
  return prepareKeys(nameDirectives(nameRoots(lowerVersion(nameFederation(document)))))
}

/** `@link(url: ".../federation/v2.9", as: "fed")`: the composer knows `@federation__key`, and not `@fed__key`. */
function nameFederation(document: DocumentNode): DocumentNode {
  const prefix = federationLinks(document)
    .map((link) => argumentOf(link, 'as'))
    .find((as) => as !== undefined && as !== 'federation')
  if (prefix === undefined) return document
  const rename = (node: { readonly name: NameNode }): ASTNode | undefined =>
    node.name.value.startsWith(`${prefix}__`)
      ? ({ ...node, name: nameNode(`federation__${node.name.value.slice(prefix.length + 2)}`) } as ASTNode)
      : undefined
  return visit(document, {
    Directive(node) {
      if (!isFederationLink(node)) return rename(node)
      return { ...node, arguments: node.arguments?.filter(({ name }) => name.value !== 'as') }
    },
    NamedType: rename,
    DirectiveDefinition: rename,
    ScalarTypeDefinition: rename,
  })
}

/** The composer knows federation up to v2.9; what came with later versions does not concern a gateway. */
function lowerVersion(document: DocumentNode): DocumentNode {
  const isLater = federationLinks(document).some((link) => laterVersion.test(argumentOf(link, 'url') ?? ''))
  if (!isLater) return document
  const dropped = new Set(['@cacheTag'])
  return visit(document, {
    Directive(node) {
      if (dropped.has(`@${node.name.value.replace(/^federation__/, '')}`)) return null
      if (!isFederationLink(node)) return undefined
      return visit(node, {
        StringValue: ({ value, ...rest }) =>
          dropped.has(value) ? null : { ...rest, value: value.replace(laterVersion, '/v2.9') },
      })
    },
  })
}

const laterVersion = /\/v2\.1\d$/

/** The composer renames root types to what they are called in the supergraph, but not where a field returns one. */
function nameRoots(document: DocumentNode): DocumentNode {
  const defined = new Set(
    document.definitions.flatMap((one) =>
      isTypeDefinitionNode(one) || isTypeExtensionNode(one) ? [one.name.value] : [],
    ),
  )
  const renamed = new Map<string, string>()
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue
    for (const { operation, type } of definition.operationTypes ?? []) {
      const own = rootNames[operation]
      if (type.name.value !== own && !defined.has(own)) renamed.set(type.name.value, own)
    }
  }
  if (renamed.size === 0) return document
  const rename = (node: NamedTypeNode | { readonly name: NameNode }): ASTNode | undefined => {
    const own = renamed.get(node.name.value)
    return own === undefined ? undefined : ({ ...node, name: nameNode(own) } as ASTNode)
  }
  return visit(document, { NamedType: rename, ObjectTypeDefinition: rename, ObjectTypeExtension: rename })
}

const rootNames: Readonly<Record<OperationTypeNode, string>> = {
  query: 'Query',
  mutation: 'Mutation',
  subscription: 'Subscription',
} as Readonly<Record<OperationTypeNode, string>>

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value })

function federationLinks(document: DocumentNode): readonly DirectiveNode[] {
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).filter(isFederationLink)
      : [],
  )
}
