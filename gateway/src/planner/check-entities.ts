/** Entities: what is sent for them is known before, and what is sent finds them. */
import { type FieldNode, Kind, type SelectionNode } from 'graphql'
import type { Case, Values } from './checked-cases.ts'
import { casesOf, factsAt, isCovered, isSure, type Known, typesAt } from './checked-facts.ts'
import {
  type Check,
  type CheckedPlace,
  follow,
  groupTypes,
  hasOnlyType,
  isTold,
  narrow,
  narrowTo,
  typenameCall,
} from './checked-places.ts'
import { fieldsFor, writeFields, type Writer } from './check-fields.ts'
import { callText, type FieldSets } from './check-supergraph.ts'
import { type EntityInput, interfaceTypename, type RepresentationShape } from './query-plan.ts'

export type Entities = {
  readonly input: EntityInput
  readonly selections: readonly SelectionNode[]
  readonly starts: readonly Case[]
}

export function checkEntities(writer: Writer, known: Known, { input, selections, starts }: Entities): void {
  const { check, subgraph } = writer
  const { sentAs, representation, renames } = input
  const untyped =
    sentAs !== undefined && check.supergraph.isObjectInterface(subgraph, sentAs) ? sentAs : undefined
  for (const start of starts) {
    if (check.budget.left <= 0) return
    for (const whole of input.paths.flatMap((path) => follow(check, known, { path, start }))) {
      for (const { place, shapes } of shapesAt(whole, representation)) {
        const sent: Sent = { input, subgraph, shapes, selections, untyped }
        checkRepresentation({ check, known }, place, sent)
        writeFields(writer, place, {
          selections,
          provided: [],
          renames,
          untyped,
          hasRequired: (at, wanted) => isCarried({ check, known }, at, { wanted, shapes, subgraph, untyped }),
        })
      }
    }
  }
}

type ShapedPlace = { readonly place: CheckedPlace; readonly shapes: readonly RepresentationShape[] }

/** A place by what is sent for its types. What nothing is sent for is left out. */
function shapesAt(place: CheckedPlace, shapes: readonly RepresentationShape[]): readonly ShapedPlace[] {
  const shapesFor = (typeName: string): readonly RepresentationShape[] =>
    shapes.filter(({ types }) => types.length === 0 || types.includes(typeName))
  const groups = shapes.every(({ types }) => types.length === 0)
    ? [place.types]
    : groupTypes(place.types, (typeName) =>
        shapesFor(typeName)
          .map((one) => shapes.indexOf(one))
          .join(' '),
      ).values()
  return [...groups].flatMap((types) => {
    const [first = ''] = types
    const own = shapesFor(first)
    return own.length === 0 ? [] : [{ place: narrow(place, types), shapes: own }]
  })
}

type Sent = {
  readonly input: EntityInput
  readonly subgraph: string
  readonly shapes: readonly RepresentationShape[]
  readonly selections: readonly SelectionNode[]
  readonly untyped: string | undefined
}

type At = { readonly check: Check; readonly known: Known }

/** The subgraph knows the type by the name that is sent, finds it by the key that is sent, and all of it is known before. */
function checkRepresentation(at: At, place: CheckedPlace, sent: Sent): void {
  const { problems, supergraph } = at.check
  const { key, types, inCase } = place
  const { subgraph, shapes } = sent
  const { sentAs } = sent.input
  const stranger = [...types].find((typeName) => {
    const name = sentAs ?? typeName
    return !supergraph.knows(subgraph, name) || !supergraph.objectsWithin(name).has(typeName)
  })
  if (stranger !== undefined) problems.push(`${subgraph} does not know ${stranger} by the name that is sent.`)
  if (!isNamed(at.known, place, sent.input)) problems.push(`${key} is represented without its __typename.`)
  const keys = groupTypes(types, (typeName) => keysFor(at, typeName, sent))
  for (const [sets, alike] of keys) {
    const [first = ''] = alike
    if (!sets.some((wanted) => isCarried(at, narrow(place, alike), { ...sent, wanted })))
      problems.push(`${subgraph} can't find ${first} at ${key} by what is sent.`)
  }
  for (const { from } of shapes.flatMap(({ fields }) => fields))
    if (!isCovered(at.known, casesOf(factsAt(at.known, `${key}.${from}`)), inCase))
      problems.push(`${key}.${from} is sent before it is known.`)
}

/** Whether it is known by which name an entity is sent, and which of the shapes are its own. */
function isNamed(known: Known, place: CheckedPlace, { sentAs, representation }: EntityInput): boolean {
  if (isSure(known, `${place.key}.__typename`, { call: typenameCall, inCase: place.inCase })) return true
  const types = representation.map((shape) => shape.types.join(' '))
  if (types.every((names) => names === '')) return sentAs !== undefined
  // What data does not say, shapes of one type do.
  return types.every((names) => names === [...place.types].join(' ')) && hasOnlyType(known, place)
}

/** A field that requires something goes back to where the entity came from, by whatever key names it there. */
function keysFor({ check }: At, typeName: string, { input, subgraph, selections, untyped }: Sent): FieldSets {
  const { supergraph } = check
  const isOwn = fieldsFor(supergraph, typeName, selections).some((field) => {
    const resolution = supergraph.resolution(subgraph, untyped ?? typeName, field.name.value)
    return resolution !== undefined && resolution.needs.length > 0
  })
  return supergraph.keys(subgraph, input.sentAs ?? typeName, isOwn)
}

type Carried = {
  readonly wanted: readonly SelectionNode[]
  readonly shapes: readonly RepresentationShape[]
  readonly subgraph: string
  readonly untyped?: string | undefined
}

/** Whether a representation carries a field set, read from the very calls that the set means. */
const isCarried = (at: At, place: CheckedPlace, carried: Carried): boolean =>
  carried.wanted.every((one) => {
    if (one.kind === Kind.FRAGMENT_SPREAD) return true
    if (one.kind === Kind.FIELD) return isFieldCarried(at, place, { ...carried, field: one })
    const narrowed = narrowTo(at.check.supergraph, place, one.typeCondition?.name.value)
    const wanted = one.selectionSet.selections
    return narrowed.types.size === 0 || isCarried(at, narrowed, { ...carried, wanted })
  })

type FieldCarried = Carried & { readonly field: FieldNode }

function isFieldCarried(at: At, whole: CheckedPlace, carried: FieldCarried): boolean {
  const { field, shapes } = carried
  const name = field.name.value
  if (name === '__typename') return true
  const call = callText(name, field.arguments)
  const groups = shapesAt(whole, shapes)
  if (groups.reduce((count, { place }) => count + place.types.size, 0) < whole.types.size) return false
  return groups.every(({ place, shapes: own }) =>
    own.some(({ fields }) =>
      fields.some(({ from, to, shapes: below }) => {
        const key = `${place.key}.${from}`
        if (to !== name || !isSure(at.known, key, { call, inCase: place.inCase })) return false
        const inner = { key, types: typesAt(at.known, key, place.inCase), inCase: place.inCase }
        return isValueCarried(at, inner, { ...carried, shapes: below, holders: place.types })
      }),
    ),
  )
}

/** What is below a field. What an abstract value carries goes by its runtime type, and that goes along. */
function isValueCarried(
  at: At,
  place: CheckedPlace,
  { field, shapes, subgraph, untyped, holders }: FieldCarried & { readonly holders: Values },
): boolean {
  const wanted = field.selectionSet?.selections ?? []
  if (wanted.length === 0 || place.types.size === 0) return true
  const { supergraph } = at.check
  const groups = shapesAt(place, shapes)
  if (groups.some((group) => group.place.types.size < place.types.size) && !isTold(at.known, place))
    return false
  const isTypeNeeded = [...holders].some((typeName) => {
    const declared = supergraph.resolution(subgraph, untyped ?? typeName, field.name.value)?.typeName
    if (declared === undefined) return place.types.size > 1
    return supergraph.isAbstract(declared) && !supergraph.isObjectInterface(subgraph, declared)
  })
  if (isTypeNeeded && !groups.every((group) => isTypeCarried(at, group))) return false
  return isCarried(at, place, { wanted, shapes, subgraph })
}

/** As far as it is known: of an interface object that may be the interface alone. */
function isTypeCarried({ known }: At, { place: { key, inCase }, shapes }: ShapedPlace): boolean {
  const isOfInterface = isCovered(known, casesOf(factsAt(known, `${key}.${interfaceTypename}`)), inCase)
  if (isOfInterface && factsAt(known, `${key}.__typename`).length === 0) return true
  return shapes.some(({ fields }) =>
    fields.some(
      ({ from, to }) =>
        to === '__typename' && isCovered(known, casesOf(factsAt(known, `${key}.${from}`)), inCase),
    ),
  )
}
