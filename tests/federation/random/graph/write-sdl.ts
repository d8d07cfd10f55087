/** Writes the SDL of each subgraph of a random graph. */
import {
  type AbstractDraft,
  type ArgumentDraft,
  type Draft,
  type FieldDraft,
  isHeldAsObject,
  keyFieldsIn,
  membersIn,
  type SubgraphDraft,
  type TypeDraft,
} from './graph-draft.ts'
import type { SubgraphSource } from '../world/read-graph.ts'

export const writeSdls = (draft: Draft): readonly SubgraphSource[] =>
  draft.subgraphs.map((subgraph) => ({
    name: subgraph.name,
    sdl: writeSdl({ draft, subgraph, name: subgraph.name }),
  }))

type Writing = { readonly draft: Draft; readonly subgraph: SubgraphDraft; readonly name: string }

function writeSdl(writing: Writing): string {
  const { draft, subgraph } = writing
  const roots = [
    writeRoot(writing, subgraph.rootNames.Query, draft.queries),
    writeRoot(writing, subgraph.rootNames.Mutation, draft.mutations),
  ].filter((text) => text !== '')
  const body = [
    ...roots,
    ...[...draft.abstracts.values()].flatMap((one) => writeAbstract(writing, one)),
    ...[...draft.types.values()].flatMap((one) => writeType(writing, one)),
  ].join('\n')
  const withPlace = /\bPlace\b/.test(body) ? `${body}\n${writePlace(writing)}` : body
  const text = `${writeHead(writing, roots.length > 1)}${withPlace}\n${writeLeaves(writing, withPlace)}`
  return subgraph.isNamespaced ? text.replaceAll(fullNamed, '@federation__$1') : text
}

const fullNamed = /(?<!["\w])@(shareable|external|requires|provides|override|interfaceObject)\b/g

const imported =
  '"@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag", "@interfaceObject", "@composeDirective"'

function writeHead({ subgraph }: Writing, hasMutations: boolean): string {
  const { isFederationOne, composesDirective, isNamespaced, rootNames } = subgraph
  const isRenamed = rootNames.Query !== 'Query'
  const roots = `query: ${rootNames.Query}${hasMutations ? ` mutation: ${rootNames.Mutation}` : ''}`
  const schema = isRenamed ? `schema { ${roots} }\n` : ''
  if (isFederationOne) return schema
  const names = isNamespaced ? '"@key", "@tag", "@inaccessible"' : imported
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${names}])`
  return composesDirective
    ? `${link} @link(url: "https://example.test/mark/v1.0", import: ["@mark"]) @composeDirective(name: "@mark")\n${schema}directive @mark(note: String) on FIELD_DEFINITION\n`
    : `${link}\n${schema}`
}

function writeRoot(writing: Writing, typeName: string, all: readonly FieldDraft[]): string {
  const lines = all.flatMap((field) => writeDeclared(writing, field))
  return lines.length === 0 ? '' : `type ${typeName} {\n${indent(lines)}\n}`
}

const indent = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n')

const writePlace = (writing: Writing): string => `type Place${shareable(writing)} { code: String! zip: Int }`

const shareable = ({ subgraph }: Writing): string => (subgraph.isFederationOne ? '' : ' @shareable')

/** A field as this subgraph has it: its own, another's, or one that was taken over from here. */
function writeDeclared(writing: Writing, field: FieldDraft): readonly string[] {
  const { name, subgraph } = writing
  if (field.owners.includes(name)) {
    const { requires, provides, override, owners, marks, isProvided } = field
    const directives = [
      ...((owners.length > 1 || isProvided) && !subgraph.isFederationOne ? ['@shareable'] : []),
      ...(requires === undefined ? [] : [`@requires(fields: ${JSON.stringify(requires)})`]),
      ...(provides === undefined ? [] : [`@provides(fields: ${JSON.stringify(provides)})`]),
      ...(override === undefined ? [] : [writeOverride(override)]),
      ...(subgraph.isFederationOne ? [] : marks),
      ...(subgraph.composesDirective && field.name.endsWith('0') ? ['@mark(note: "n")'] : []),
    ]
    return [[writeField(writing, field), ...directives].join(' ')]
  }
  if (field.externalIn.has(name)) return [`${writeField(writing, field)} @external`]
  if (field.override?.from === name) return [writeField(writing, field)]
  return []
}

const writeOverride = ({ from, label }: NonNullable<FieldDraft['override']>): string =>
  `@override(from: "${from}"${label === undefined ? '' : `, label: "${label}"`})`

function writeField(writing: Writing, field: FieldDraft): string {
  const { rootNames } = writing.subgraph
  const { name, depth, isNonNull, hasNonNullItems, nullableIn } = field
  const type = field.type === 'Query' ? rootNames.Query : field.type
  const inner = hasNonNullItems && depth > 0 ? '!' : ''
  const outer = isNonNull && !nullableIn.includes(writing.name) ? '!' : ''
  const wrapped = Array.from({ length: depth }).reduce<string>(
    (text, _, index) => `[${text}]${index < depth - 1 ? inner : ''}`,
    `${type}${inner}`,
  )
  return `${name}${writeArguments(writing, field.arguments)}: ${wrapped}${outer}`
}

function writeArguments({ name, subgraph }: Writing, given: readonly ArgumentDraft[]): string {
  const texts = given
    .filter(({ onlyIn }) => onlyIn?.includes(name) ?? true)
    .map((one) => {
      const fallback = one.default === undefined ? '' : ` = ${one.default}`
      const marks = subgraph.isFederationOne ? '' : (one.marks ?? '')
      return `${one.name}: ${one.type}${fallback}${marks}`
    })
  return texts.length === 0 ? '' : `(${texts.join(', ')})`
}

function writeAbstract(writing: Writing, abstract: AbstractDraft): readonly string[] {
  const { draft, name } = writing
  if (abstract.asObject && isHeldAsObject(abstract, name)) {
    const lines = ['id: ID!', ...abstract.asObject.fields.flatMap((field) => writeDeclared(writing, field))]
    return [`type ${abstract.name} @interfaceObject @key(fields: "id") {\n${indent(lines)}\n}`]
  }
  const members = membersIn(abstract, name)
  if (members.length === 0) return []
  if (abstract.kind === 'union') return [`union ${abstract.name} = ${members.join(' | ')}`]
  const narrower = [...draft.abstracts.values()].filter(({ parents }) => parents.includes(abstract.name))
  const fields = declaredFields(writing, abstract).filter((field) =>
    // Elsewhere the narrower interface may be without the wider: it still has to have all of its fields somewhere.
    narrower.every((one) =>
      draft.subgraphs.some((subgraph) =>
        declaredFields({ draft, subgraph, name: subgraph.name }, one).includes(field),
      ),
    ),
  )
  const id = members.every((one) => draft.types.get(one)?.kind === 'entity') ? ['id: ID!'] : []
  const lines = [...id, ...fields.map((field) => writeField(writing, field))]
  if (lines.length === 0) return []
  const key = abstract.asObject?.home === name ? ' @key(fields: "id")' : ''
  return [`interface ${abstract.name}${implementing(writing, abstract.parents)}${key} {\n${indent(lines)}\n}`]
}

/** What all members have here. */
function declaredFields(writing: Writing, abstract: AbstractDraft): readonly FieldDraft[] {
  const { draft, name } = writing
  const types = membersIn(abstract, name).flatMap((one) => draft.types.get(one) ?? [])
  if (types.length === 0 || isHeldAsObject(abstract, name)) return []
  return abstract.fields.filter((field) =>
    types.every((type) => {
      const own = type.fields.find((one) => one.name === field.name)
      return own !== undefined && writeDeclared(writing, own).length > 0
    }),
  )
}

const implementing = ({ draft, name }: Writing, interfaces: readonly string[]): string => {
  const known = interfaces.filter((one) => {
    const abstract = draft.abstracts.get(one)
    return abstract !== undefined && membersIn(abstract, name).length > 0
  })
  return known.length === 0 ? '' : ` implements ${known.join(' & ')}`
}

function writeType(writing: Writing, type: TypeDraft): readonly string[] {
  const { draft, name, subgraph } = writing
  if (!type.presence.includes(name)) return []
  const interfaces = [...draft.abstracts.values()]
    .filter(
      (one) =>
        one.kind === 'interface' && !isHeldAsObject(one, name) && membersIn(one, name).includes(type.name),
    )
    .map((one) => one.name)
  const fields = type.fields.flatMap((field) => writeDeclared(writing, field))
  const marks = subgraph.isFederationOne ? '' : type.marks.map((one) => ` ${one}`).join('')
  const head = `type ${type.name}${implementing(writing, interfaces)}`
  if (type.kind === 'value' || type.kind === 'hidden')
    return [`${head}${shareable(writing)}${marks} {\n${indent(fields)}\n}`]
  if (type.kind === 'split') return [`${head}${marks} {\n${indent(fields)}\n}`]
  const keys = (type.keys.get(name) ?? []).map(
    ({ text, isResolvable }) =>
      ` @key(fields: "${text}"${isResolvable || subgraph.isFederationOne ? '' : ', resolvable: false'})`,
  )
  // Of old, whoever is not the first to have a type extends it.
  const isExtension = subgraph.isFederationOne && type.presence[0] !== name
  // Today anyone may write it so.
  const isWrittenSo =
    isExtension || (draft.has('federationOne') && type.name === 'E1' && type.presence[0] !== name)
  const keyFields = keyFieldsIn(type, name).map((one) => {
    const isElsewhere = type.presence.some(
      (other) =>
        (other === type.presence[0] ||
          draft.subgraphs.some((by) => by.name === other && !by.isFederationOne)) &&
        keyFieldsIn(type, other).includes(one),
    )
    const share = subgraph.isFederationOne ? (isExtension && isElsewhere ? ' @external' : '') : ' @shareable'
    return `${one}: ${keyFieldType(type, one)}${share}`
  })
  return [
    `${isWrittenSo ? 'extend ' : ''}${head}${keys.join('')}${marks} {\n${indent([...keyFields, ...fields])}\n}`,
  ]
}

function keyFieldType({ parent }: TypeDraft, name: string): string {
  const types: Readonly<Record<string, string>> = {
    id: 'ID!',
    code: 'String!',
    num: 'Int!',
    region: 'String',
    place: 'Place!',
    parent: `${parent ?? 'E0'}!`,
  }
  return types[name] ?? 'String'
}

/** Enums, inputs and scalars, where something refers to them. */
function writeLeaves({ draft, name, subgraph }: Writing, body: string): string {
  const isUsed = (type: string): boolean => new RegExp(`: \\[*${type}\\b`).test(body)
  const written: string[] = []
  const hidden = draft.has('inaccessible') && !subgraph.isFederationOne
  if (isUsed('Filter')) {
    const secret = hidden ? ' hidden: Int @inaccessible' : ''
    const extra = draft.has('signaturesDiffer') ? ` only_${name}: Int` : ''
    written.push(
      `input Filter { n: Int text: String = "f" way: Direction inner: Filter list: [Int!] size: Size${extra}${secret} }`,
    )
  }
  for (const [type, bySubgraph] of draft.enums) {
    const values = bySubgraph.get(name) ?? []
    const isHere = isUsed(type) || (type !== 'Color' && isUsed('Filter'))
    if (isHere)
      written.push(
        `enum ${type} { ${values.join(' ')}${hidden && type === 'Color' ? ' SECRET @inaccessible' : ''} }`,
      )
  }
  if (isUsed('Blob')) written.push('scalar Blob')
  return written.join('\n')
}
