/** Writes each subgraph's SDL of a random graph. */
import type { FieldModel, GraphModel, TypeModel } from './graph-model.ts'

export function writeSdl(model: GraphModel, subgraph: string): string {
  const types = [...model.types.values()].flatMap((type) => writeType(model, type, subgraph))
  const abstract = [
    ...(membersOf(model, 'I', subgraph).length > 0 ? [`interface I { ${labelled(model, subgraph)} }`] : []),
    ...(membersOf(model, 'U', subgraph).length > 0
      ? [`union U = ${membersOf(model, 'U', subgraph).join(' | ')}`]
      : []),
  ]
  const roots = model.roots.filter(({ owners }) => owners.includes(subgraph))
  const mutations = model.mutations.filter(({ owners }) => owners.includes(subgraph))
  return [
    `type Query { ${roots.map(writeRoot).join(' ')} }`,
    ...(mutations.length > 0
      ? [`type Mutation { ${mutations.map((one) => writeField(one)).join(' ')} }`]
      : []),
    ...abstract,
    ...types,
  ].join('\n')
}

const writeRoot = (field: FieldModel): string =>
  `${writeField(field)}${field.provides === undefined ? '' : ` @provides(fields: "${field.provides.join(' ')}")`}`

export const membersOf = (model: GraphModel, type: string, subgraph: string): readonly string[] =>
  model.members.get(type)?.get(subgraph) ?? []

/** The interface declares what all of its members have here, and all members elsewhere have too. */
function labelled(model: GraphModel, subgraph: string): string {
  const here = membersOf(model, 'I', subgraph).map((name) => fieldsIn(model, name, subgraph))
  const everywhere = model.subgraphs
    .flatMap((other) => membersOf(model, 'I', other))
    .map((name) => {
      const declared = model.subgraphs.filter((other) => model.types.get(name)?.keys.has(other))
      return new Map(declared.flatMap((other) => [...fieldsIn(model, name, other)]))
    })
  const common = [...(here[0] ?? new Map<string, string>())].filter(([name, text]) =>
    [...here, ...everywhere].every((fields) => fields.get(name) === text),
  )
  return common.length > 0 ? common.map(([, text]) => text).join(' ') : 'id: ID!'
}

/** What a subgraph declares of an entity without any directive. */
function fieldsIn(model: GraphModel, typeName: string, subgraph: string): Map<string, string> {
  const type = model.types.get(typeName)
  const fields = new Map<string, string>()
  for (const name of keyFieldsIn(model, type, subgraph)) fields.set(name, keyField(name))
  for (const field of type?.fields ?? [])
    if (field.owners.includes(subgraph) && field.requires === undefined)
      fields.set(field.name, writeField(field))
  return fields
}

const keyField = (name: string): string => (name === 'place' ? 'place: Place!' : `${name}: ID!`)

const keyFieldsIn = (model: GraphModel, type: TypeModel | undefined, subgraph: string): ReadonlySet<string> =>
  new Set([
    // The interface has it.
    ...(membersOf(model, 'I', subgraph).includes(type?.name ?? '') ? ['id'] : []),
    ...(type?.keys.get(subgraph) ?? []).flatMap(({ text }) =>
      text
        .replace(/\{.*\}/, '')
        .trim()
        .split(/\s+/),
    ),
  ])

function writeType(model: GraphModel, type: TypeModel, subgraph: string): readonly string[] {
  if (type.kind === 'value') {
    const fields = type.fields.filter(({ owners }) => owners.includes(subgraph))
    return [`type ${type.name} @shareable { ${fields.map((field) => writeField(field)).join(' ')} }`]
  }
  const keys = type.keys.get(subgraph)
  if (keys === undefined) return []
  const declared = keys.map(
    ({ text, isResolvable }) => `@key(fields: "${text}"${isResolvable ? '' : ', resolvable: false'})`,
  )
  const implementing = membersOf(model, 'I', subgraph).includes(type.name) ? ' implements I' : ''
  const own = type.fields.filter(({ owners }) => owners.includes(subgraph))
  const needed = new Set([
    ...own.flatMap(({ requires }) => requires?.from ?? []),
    ...model.roots
      .filter((root) => root.type === type.name && root.owners.includes(subgraph))
      .flatMap(({ provides }) => provides ?? []),
  ])
  const external = type.fields.filter(({ name }) => needed.has(name))
  const lines = [
    ...[...keyFieldsIn(model, type, subgraph)].map((name) => `${keyField(name)} @shareable`),
    ...own.map((field) => `${writeField(field)}${directives(field)}`),
    ...external.map((field) => `${writeField(field)} @external`),
  ]
  const place = [...keyFieldsIn(model, type, subgraph)].includes('place') ? placeType : undefined
  return [
    `type ${type.name}${implementing} ${declared.join(' ')} { ${lines.join(' ')} }`,
    ...(place === undefined || model.types.get(firstWithPlace(model, subgraph))?.name !== type.name
      ? []
      : [place]),
  ]
}

const placeType = 'type Place @shareable { code: ID! }'

const firstWithPlace = (model: GraphModel, subgraph: string): string =>
  [...model.types.values()].find(
    (type) => type.keys.has(subgraph) && keyFieldsIn(model, type, subgraph).has('place'),
  )?.name ?? ''

const directives = ({ owners, requires }: FieldModel): string =>
  `${owners.length > 1 ? ' @shareable' : ''}${requires === undefined ? '' : ` @requires(fields: ${JSON.stringify(requires.text)})`}`

function writeField({ name, type, listDepth, isNonNull, hasArgument, owners }: FieldModel): string {
  const wrapped = `${'['.repeat(listDepth)}${type}${']'.repeat(listDepth)}${isNonNull ? '!' : ''}`
  const isRootShared = owners.length > 1 && /^(shared|all)/.test(name)
  return `${name}${hasArgument ? '(x: Int)' : ''}: ${wrapped}${isRootShared ? ' @shareable' : ''}`
}
