/** Says why a field can't be resolved where a query comes to it, and what to change in which subgraph. */
import { type GraphQLSchema, isAbstractType, isObjectType } from 'graphql'
import type { KeyMove, MoveGraph } from '../../planner/move-graph.ts'
import { fieldsFor, type WantedSet } from '../../planner/wanted.ts'
import type { Position, Positions } from './positions.ts'

/** The fields on the way, each with the type whose field it is. */
export type Step = { readonly typeName: string; readonly fieldName: string }

export type Visit = { readonly position: Position; readonly path: readonly Step[] }

export function explainUnresolved(graph: MoveGraph, positions: Positions, { position, path }: Visit): string {
  const { typeName, fieldName } = path.at(-1) ?? { typeName: '', fieldName: '' }
  const here = [...position.entered].toSorted()
  const moves = graph.movesTo(typeName, fieldName).filter(({ isExternal }) => !isExternal)
  const reasons = moves.map(({ subgraph, requires }) =>
    position.entered.has(subgraph)
      ? whyNotAsked(positions, position, { subgraph, requires })
      : whyNotEntered(graph, positions, { position, subgraph }),
  )
  if (moves.length === 0)
    reasons.push({
      because: 'no subgraph resolves it, as it is @external wherever it is declared',
      remedy: `Remove @external from ${typeName}.${fieldName} in one of them`,
    })
  const because = reasons.map((reason) => reason.because).join('; ')
  const remedy = [...new Set(reasons.map((reason) => reason.remedy))].join(', or: ')
  return `[${here.join(', ')}] ${typeName}.${fieldName} can't be resolved in ${printPath(graph, path)}: ${because}. ${remedy}.`
}

/** Where only subgraphs that hold an interface as an object have come by, its type has to be had from another. */
export function explainUntyped(
  graph: MoveGraph,
  positions: Positions,
  { position, path }: Visit,
): string | undefined {
  const { typeName, standings } = position
  const type = graph.schema.getType(typeName)
  const interfaces = isObjectType(type) ? type.getInterfaces().map(({ name }) => name) : []
  const heldAs = standings.map(({ subgraph }) =>
    interfaces.find((name) => graph.isInterfaceObject(subgraph, name) && !knows(graph, subgraph, typeName)),
  )
  const [held] = heldAs
  if (held === undefined || heldAs.includes(undefined)) return undefined
  const others = graph.subgraphs.filter((subgraph) => graph.runtimeTypes(subgraph, held).includes(typeName))
  const canEnter = others.some((subgraph) =>
    graph.keys(subgraph, held).some(({ fields }) => positions.has(position, fields)),
  )
  if (canEnter) return undefined
  const here = [...new Set(standings.map(({ subgraph }) => subgraph))].toSorted().join(', ')
  const keys = standings.flatMap(({ subgraph }) => graph.keys(subgraph, held))
  const text = keys[0]?.text ?? 'id'
  return `[${here}] What type an object of ${held} has can't be told in ${printPath(graph, path)}: ${here} holds the interface as an object, and none of ${others.join(', ')} can be asked for it. Add @key(fields: "${text}") to the interface ${held} and all of its types in ${others[0] ?? 'another subgraph'}.`
}

const knows = (graph: MoveGraph, subgraph: string, typeName: string): boolean => {
  const type = graph.schema.getType(typeName)
  const names = isObjectType(type) ? Object.keys(type.getFields()) : []
  return names.some(
    (name) =>
      graph.field(subgraph, typeName, name)?.entersAs === undefined &&
      graph.field(subgraph, typeName, name) !== undefined,
  )
}

type Reason = { readonly because: string; readonly remedy: string }

function whyNotAsked(
  positions: Positions,
  position: Position,
  { subgraph, requires }: { readonly subgraph: string; readonly requires: WantedSet | undefined },
): Reason {
  const missing = requires === undefined ? [] : missingFields(positions, position, requires)
  const { typeName } = position
  if (missing.length === 0)
    return {
      because: `${subgraph} @requires something for it, and has no key by which it could be told`,
      remedy: `Add a @key to ${typeName} in ${subgraph}`,
    }
  return {
    because: `${subgraph} @requires ${missing.join(', ')} for it, which can't be had here`,
    remedy: `Make ${missing.join(', ')} of ${typeName} resolvable from here, or require something else in ${subgraph}`,
  }
}

function whyNotEntered(
  graph: MoveGraph,
  positions: Positions,
  { position, subgraph }: { readonly position: Position; readonly subgraph: string },
): Reason {
  const { typeName, entered } = position
  const [here = ''] = [...entered].toSorted()
  const keys = graph.keys(subgraph, typeName)
  const known = [...entered].flatMap((one) => [...graph.keys(one, typeName), ...graph.ownKeys(one, typeName)])
  const [shared] = known.filter(({ fields }) => positions.has(position, fields))
  if (keys.length === 0)
    return {
      because: `${subgraph} has it, but no @key of ${typeName} to be entered by`,
      remedy:
        shared === undefined
          ? `Resolve it in ${here} as well (@shareable), or give ${typeName} a @key that ${here} and ${subgraph} both have`
          : `Add @key(fields: "${shared.text}") to ${typeName} in ${subgraph}`,
    }
  const lacking = keys.map((key) => missingOf(positions, position, key))
  const fewest = lacking.toSorted((one, other) => one.missing.length - other.missing.length)[0]
  return {
    because: `${subgraph} has it, but is entered by ${lacking.map(({ text, missing }) => `@key(fields: "${text}") alone, of which ${missing.join(', ')} is not known`).join(' or ')}`,
    remedy: `Add ${fewest?.missing.join(', ')} to ${typeName} in ${here}${shared === undefined ? '' : `, or @key(fields: "${shared.text}") to ${typeName} in ${subgraph}`}`,
  }
}

const missingOf = (positions: Positions, position: Position, { text, fields }: KeyMove) => ({
  text,
  missing: missingFields(positions, position, fields),
})

const missingFields = (positions: Positions, position: Position, wanted: WantedSet): readonly string[] =>
  fieldsFor(wanted, position.typeName)
    .filter((field) => !positions.hasField(position, field))
    .map(({ name }) => name)

function operationWord(schema: GraphQLSchema, rootType: string | undefined): string {
  if (rootType === schema.getMutationType()?.name) return 'mutation '
  return rootType === schema.getSubscriptionType()?.name ? 'subscription ' : ''
}

/** `{ newest { product { weight } } }`: a query that comes to the last field. */
function printPath({ schema }: MoveGraph, path: readonly Step[]): string {
  const operation = operationWord(schema, path[0]?.typeName)
  let opened = 0
  const parts = path.map(({ typeName, fieldName }, index) => {
    const above = path[index - 1]
    const type = above === undefined ? undefined : fieldType(schema, above)
    const isNarrower = type !== undefined && isAbstractType(schema.getType(type))
    opened += isNarrower ? 2 : 1
    return isNarrower ? `{ ... on ${typeName} { ${fieldName}` : `{ ${fieldName}`
  })
  return `\`${operation}${parts.join(' ')}${' }'.repeat(opened)}\``
}

function fieldType(schema: MoveGraph['schema'], { typeName, fieldName }: Step): string | undefined {
  const type = schema.getType(typeName)
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined
  return field === undefined ? undefined : String(field.type).replace(/[[\]!]/g, '')
}
