/** Gives the directives of federation their own names in a subgraph's document, whatever it calls them. */
import { extractLinkImplementations } from '@theguild/federation-composition'
import {
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type NameNode,
  type ValueNode,
  visit,
} from 'graphql'
import { argumentOf } from './joins.ts'

/**
 * The composition library knows some of them by these names alone (`@interfaceObject`, and the `@key` beside it), not where
 * they are imported `as` another or have the prefix of the specification. What reads the document after it knows one name.
 */
export function nameDirectives(document: DocumentNode): DocumentNode {
  const link = extractLinkImplementations(document).links.find(({ identity }) => identity === federation)
  if (link === undefined) return document
  const applied = new Set<string>()
  const defined = new Set<string>()
  visit(document, {
    Directive: ({ name }) => void applied.add(name.value),
    DirectiveDefinition: ({ name }) => void defined.add(name.value),
  })
  const renamed = new Map<string, string>()
  const dropped = new Set<string>()
  for (const own of names) {
    const imported = link.imports.find(({ name }) => name === `@${own}`)
    const others = [imported?.as?.slice(1), `federation__${own}`].filter((one) => one !== undefined)
    const used = others.filter((one) => one !== own && applied.has(one))
    for (const one of used) renamed.set(one, own)
    // Somebody's own directive that is called like federation's means nothing to a gateway.
    const isFederation = imported !== undefined && imported.as === null
    if (used.length > 0 && defined.has(own) && !isFederation) dropped.add(own)
  }
  return renamed.size === 0 ? document : rename(document, { renamed, dropped })
}

const federation = 'https://specs.apollo.dev/federation'

const names: readonly string[] = [
  'key',
  'requires',
  'provides',
  'external',
  'shareable',
  'override',
  'extends',
  'interfaceObject',
  'inaccessible',
  'tag',
  'composeDirective',
  'authenticated',
  'requiresScopes',
  'policy',
  'context',
  'fromContext',
  'cost',
  'listSize',
]

type Renaming = {
  readonly renamed: ReadonlyMap<string, string>
  readonly dropped: ReadonlySet<string>
}

function rename(document: DocumentNode, { renamed, dropped }: Renaming): DocumentNode {
  const nameOwn = (node: { readonly name: NameNode }): ASTNode | null | undefined => {
    const own = renamed.get(node.name.value)
    if (own !== undefined) return { ...node, name: { kind: Kind.NAME, value: own } } as ASTNode
    return dropped.has(node.name.value) ? null : undefined
  }
  return visit(document, {
    Directive: (node) => (isFederationLink(node) ? importOwn(node, [...renamed.values()]) : nameOwn(node)),
    DirectiveDefinition: nameOwn,
  })
}

export const isFederationLink = (node: DirectiveNode): boolean =>
  node.name.value === 'link' &&
  /^https?:\/\/specs\.apollo\.dev\/federation\//.test(argumentOf(node, 'url') ?? '')

/** Imports them under their own names, and no longer under others. */
function importOwn(link: DirectiveNode, added: readonly string[]): DirectiveNode {
  const own = new Set(added.map((name) => `@${name}`))
  const given = link.arguments ?? []
  const imports = given.find(({ name }) => name.value === 'import')
  const known = imports?.value.kind === Kind.LIST ? imports.value.values : []
  const value: ValueNode = {
    kind: Kind.LIST,
    values: [
      ...known.filter((one) => !own.has(importedName(one) ?? '')),
      ...[...own].map((name) => ({ kind: Kind.STRING, value: name }) as const),
    ],
  }
  const name: NameNode = { kind: Kind.NAME, value: 'import' }
  return {
    ...link,
    arguments: [...given.filter((one) => one !== imports), { kind: Kind.ARGUMENT, name, value }],
  }
}

function importedName(value: ValueNode): string | undefined {
  if (value.kind === Kind.STRING) return value.value
  const name =
    value.kind === Kind.OBJECT ? value.fields.find((one) => one.name.value === 'name')?.value : undefined
  return name?.kind === Kind.STRING ? name.value : undefined
}
