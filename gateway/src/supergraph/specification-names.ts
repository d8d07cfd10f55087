/** Gives the elements of federation's specifications their own names back, whatever a document calls them. */
import { extractLinkImplementations } from '@theguild/federation-composition'
import { type ASTNode, type DocumentNode, Kind, type NameNode, visit } from 'graphql'

/**
 * `@link(url: ".../authenticated/v0.1", as: "signedIn")` makes `@signedIn` what is `@authenticated` elsewhere. All that
 * reads a supergraph after this knows one name for each thing.
 */
export function useOwnNames(document: DocumentNode): DocumentNode {
  const { renamed, taken } = readNames(document)
  if (renamed.size === 0) return document
  const rename = (node: Named, kind: 'directive' | 'type'): ASTNode | null | undefined => {
    const used = kind === 'directive' ? `@${node.name.value}` : node.name.value
    const own = renamed.get(used)
    if (own !== undefined)
      return { ...node, name: { kind: Kind.NAME, value: own.replace('@', '') } } as ASTNode
    // Somebody's own directive that is called like a specification's: it means nothing to a gateway.
    return taken.has(used) ? null : undefined
  }
  return visit(document, {
    Directive: (node) => rename(node, 'directive'),
    DirectiveDefinition: (node) => rename(node, 'directive'),
    NamedType: (node) => rename(node, 'type'),
    ScalarTypeDefinition: (node) => rename(node, 'type'),
    EnumTypeDefinition: (node) => rename(node, 'type'),
    InputObjectTypeDefinition: (node) => rename(node, 'type'),
  })
}

/** Whether a directive (`@inaccessible`) or type (`join__Graph`) is of a specification, and so no part of the public graph. */
export function machineryOf(document: DocumentNode): (name: string) => boolean {
  const names = new Set<string>(['_FieldSet', '@link', '@core', ...knownElements])
  const prefixes = new Set(specifications.map(({ name }) => `${name}__`))
  for (const link of linksOf(document)) {
    const name = specificationOf(link.identity)
    if (name === undefined) continue
    names.add(`@${name}`)
    prefixes.add(`${name}__`)
    for (const { name: own, as } of link.imports) names.add(as ?? own)
  }
  return (name) => names.has(name) || [...prefixes].some((prefix) => name.replace('@', '').startsWith(prefix))
}

export const isKnownSpecification = (url: string): boolean =>
  specifications.some(({ name }) => name === specificationOf(url.replace(/\/v\d+\.\d+$/, '')))

type Named = { readonly name: NameNode }

type Specification = { readonly name: string; readonly elements: readonly string[] }

// What each specification names, so that imports under other names are recognised.
const specifications: readonly Specification[] = [
  {
    name: 'join',
    elements: [
      '@type',
      '@field',
      '@graph',
      '@implements',
      '@unionMember',
      '@enumValue',
      '@owner',
      '@directive',
      'Graph',
      'FieldSet',
      'FieldValue',
      'ContextArgument',
      'DirectiveArguments',
    ],
  },
  { name: 'link', elements: ['@link', 'Purpose', 'Import'] },
  { name: 'core', elements: ['@core', 'Purpose'] },
  { name: 'inaccessible', elements: ['@inaccessible'] },
  { name: 'tag', elements: ['@tag'] },
  { name: 'authenticated', elements: ['@authenticated'] },
  { name: 'requiresScopes', elements: ['@requiresScopes', 'Scope'] },
  { name: 'policy', elements: ['@policy', 'Policy'] },
  { name: 'cost', elements: ['@cost', '@listSize'] },
  { name: 'context', elements: ['@context', '@fromContext', 'ContextFieldValue'] },
  { name: 'federation', elements: [] },
]

// Composers write these without a prefix.
const knownElements: readonly string[] = [
  ...specifications.map(({ name }) => `@${name}`),
  '@listSize',
  '@fromContext',
]

type Names = {
  /** From the name that the document uses to the specification's own, where they differ. */
  readonly renamed: ReadonlyMap<string, string>
  /** Names of specifications that the document knows under another name. */
  readonly taken: ReadonlySet<string>
}

function readNames(document: DocumentNode): Names {
  const renamed = new Map<string, string>()
  for (const link of linksOf(document)) {
    const specification = specifications.find(({ name }) => name === specificationOf(link.identity))
    for (const element of specification?.elements ?? []) {
      const own = ownName(specification?.name ?? '', element)
      const used = usedName(link, element)
      if (used !== own) renamed.set(used, own)
    }
  }
  return { renamed, taken: new Set(renamed.values()) }
}

// The library looks for an import under another name for all elements but the one that is named like its specification.
function usedName(link: ReturnType<typeof linksOf>[number], element: string): string {
  const imported = link.imports.find(({ name }) => name === element)
  if (imported !== undefined) return imported.as ?? imported.name
  const name = link.resolveImportName(element)
  return element.startsWith('@') ? `@${name}` : name
}

const ownName = (specification: string, element: string): string =>
  element === `@${specification}`
    ? element
    : element.startsWith('@')
      ? `@${specification}__${element.slice(1)}`
      : `${specification}__${element}`

const linksOf = (document: DocumentNode) => extractLinkImplementations(document).links

function specificationOf(identity: string): string | undefined {
  return /^https?:\/\/(?:specs\.apollo\.dev|lib\.apollo\.dev)\/(\w+)$/.exec(identity)?.[1]
}
