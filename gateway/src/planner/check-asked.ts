/** The other half of the proof: everything that was asked is known in the end, for each runtime type that may be there. */
import {
  type FieldNode,
  getNamedType,
  type GraphQLField,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
} from 'graphql'
import { anyCase, isContradiction, type Values } from './checked-cases.ts'
import { casesOf, factsAt, isCovered, type Known, typesAt, uncovered } from './checked-facts.ts'
import {
  caseOf,
  type Check,
  type CheckedPlace,
  type CheckInput,
  groupTypes,
  narrow,
  narrowTo,
  rootPlace,
  typenameCall,
} from './checked-places.ts'
import { callText } from './check-supergraph.ts'
import { atOnce, type Group } from './deferred.ts'
import { interfaceTypename } from './query-plan.ts'
import { remembered } from './remembered.ts'

/** What is asked in a deferred fragment is known once all has ended that is waited for there. */
export function checkAsked(check: Check, knownIn: (group: Group) => Known, input: CheckInput): void {
  const fieldsOf = readFields(input.context.schema)
  const askingIn = remembered((group: Group): Asking => {
    const asking = {
      check,
      known: knownIn(group),
      input,
      fieldsOf,
      group,
      askingIn: (one: Group) => askingIn(one),
    }
    return asking
  })
  const { selections } = input.operation.selectionSet
  checkSelections(askingIn(atOnce), rootPlace(check, anyCase), selections)
}

type Asking = {
  readonly check: Check
  readonly known: Known
  readonly input: CheckInput
  readonly group: Group
  readonly askingIn: (group: Group) => Asking
  readonly fieldsOf: (typeName: string) => (name: string) => PublicField | undefined
}

function checkSelections(asking: Asking, place: CheckedPlace, selections: readonly SelectionNode[]): void {
  const { budget, supergraph } = asking.check
  for (const selection of selections) {
    budget.left -= 1
    if (budget.left <= 0) return
    const inCase = caseOf(selection, place.inCase)
    if (inCase === undefined || isContradiction(inCase)) continue
    const here = { ...place, inCase }
    if (selection.kind === Kind.FIELD) {
      checkField(asking, here, selection)
      continue
    }
    const part = fragmentOf(asking.input, selection)
    const group = asking.input.context.groupBelow(asking.group, selection)
    const narrowed = narrowTo(supergraph, here, part?.typeCondition?.name.value)
    if (part !== undefined && narrowed.types.size > 0)
      checkSelections(asking.askingIn(group), narrowed, part.selectionSet.selections)
  }
}

export const fragmentOf = ({ context }: CheckInput, selection: Exclude<SelectionNode, FieldNode>) =>
  selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value)

/** What a field is in the end: for most types the same, so that it is looked at once for all of them. */
type Asked = {
  readonly name: string
  readonly hasFields: boolean
  /** The type of its value, if that is abstract. */
  readonly abstractType: string | undefined
}

function checkField(asking: Asking, place: CheckedPlace, field: FieldNode): void {
  if (field.name.value.startsWith('__')) return
  const groups = groupTypes(place.types, (typeName) => {
    const asked = askedOf(asking, typeName, field)
    return asked && `${asked.name} ${asked.hasFields} ${asked.abstractType}`
  })
  for (const types of groups.values()) {
    const [first = ''] = types
    const asked = askedOf(asking, first, field)
    if (asked !== undefined) checkAlike(asking, narrow(place, types), { field, asked })
  }
}

/** Undefined if it is not to be fetched. */
function askedOf({ input, fieldsOf }: Asking, typeName: string, field: FieldNode): Asked | undefined {
  const name = field.name.value
  const found = fieldsOf(typeName)(name)
  if (found === undefined || !input.isAllowed(typeName, name)) return undefined
  return { ...found, name: input.context.internalName(field) }
}

type PublicField = Omit<Asked, 'name'> & { readonly definition: GraphQLField<unknown, unknown> }

/** The fields of the public schema's object types. */
const readFields = (schema: GraphQLSchema): Asking['fieldsOf'] =>
  remembered((typeName) => {
    const type = schema.getType(typeName)
    const fields = isObjectType(type) ? type.getFields() : {}
    return remembered((name) => {
      const definition = fields[name]
      if (definition === undefined) return undefined
      const below = getNamedType(definition.type)
      const abstractType = isAbstractType(below) ? below.name : undefined
      return { definition, hasFields: isCompositeType(below), abstractType }
    })
  })

function checkAlike(
  asking: Asking,
  { key: holder, types: holderTypes, inCase }: CheckedPlace,
  { field, asked }: { readonly field: FieldNode; readonly asked: Asked },
): void {
  const { check, known } = asking
  const key = `${holder}.${asked.name}`
  const cases = casesOf(factsAt(known, key), callText(field.name.value, field.arguments))
  const { value: missing } = uncovered(known, cases, inCase).next()
  if (missing !== undefined) {
    const [typeName = ''] = missing.get(holder) ?? holderTypes
    return void check.problems.push(`${typeName}.${field.name.value} is asked at ${key} and not fetched.`)
  }
  const types = asked.hasFields ? typesAt(known, key, inCase) : noTypes
  if (types.size === 0) return
  const place = { key, types, inCase }
  const selections = field.selectionSet?.selections ?? []
  if (
    asked.abstractType !== undefined &&
    !isKnownEnough(asking, place, { selections, typeName: asked.abstractType })
  )
    check.problems.push(`${key} comes without its __typename.`)
  checkSelections(asking, place, selections)
}

const noTypes: Values = new Set()

type Selected = { readonly selections: readonly SelectionNode[]; readonly typeName: string }

/** Data says the runtime type of an abstract place, or that it has the interface, where nothing depends on more. */
function isKnownEnough(asking: Asking, { key, types, inCase }: CheckedPlace, selected: Selected): boolean {
  const { known } = asking
  const said = factsAt(known, `${key}.__typename`)
  const ofInterface = casesOf(
    [...said, ...factsAt(known, `${key}.${interfaceTypename}`)],
    `__typename(${selected.typeName})`,
  )
  for (const untold of uncovered(known, casesOf(said, typenameCall), inCase)) {
    if (!isCovered(known, ofInterface, untold)) return false
    if (!isAlikeForAll(asking, { key, types, inCase: untold }, selected)) return false
  }
  return true
}

/** Whether a selection of an interface means the same for each type that has the interface. */
function isAlikeForAll(asking: Asking, place: CheckedPlace, { selections, typeName }: Selected): boolean {
  const { check, input } = asking
  const { schema } = input.context
  check.budget.left -= 1
  if (check.budget.left <= 0) return true
  return selections.every((selection) => {
    const inCase = caseOf(selection, place.inCase)
    if (inCase === undefined || isContradiction(inCase)) return true
    if (selection.kind === Kind.FIELD) {
      const name = selection.name.value
      return name !== '__typename' && [...place.types].every((type) => input.isAllowed(type, name))
    }
    const part = fragmentOf(input, selection)
    if (part === undefined) return false
    const condition = schema.getType(part.typeCondition?.name.value ?? typeName)
    const whole = schema.getType(typeName)
    const isForAll =
      condition === whole ||
      (isAbstractType(condition) && isInterfaceType(whole) && schema.isSubType(condition, whole))
    const { selections: below } = part.selectionSet
    return isForAll && isAlikeForAll(asking, { ...place, inCase }, { selections: below, typeName })
  })
}
