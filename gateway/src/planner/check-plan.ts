/** Proves a plan, sharing nothing with what made it: it walks the plan and keeps, place by place, what is known to be there. */
import {
  type FieldNode,
  type GraphQLObjectType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
} from 'graphql'
import { type CheckedSupergraph, callText } from './check-supergraph.ts'
import type {
  EntityInput,
  PathStep,
  PlanNode,
  QueryPlan,
  RepresentationShape,
  Rewrite,
  RewriteStep,
} from './query-plan.ts'
import type { OperationContext } from './select-fields.ts'

export type CheckInput = {
  readonly supergraph: CheckedSupergraph
  readonly context: OperationContext
  readonly operation: OperationDefinitionNode
  readonly isAllowed: (typeName: string, fieldName: string) => boolean
}

/** What was fetched under one name at one place: the call, and the runtime types of what is below. */
type Fact = { readonly call: string; readonly types: readonly string[] }

/** A place is written `.product<Product>.reviews<Review>`: it is checked for each runtime type by itself. */
type Place = { readonly key: string; readonly typeName: string }

/** Facts that hold here: our own, then what was known before. */
type Facts = { readonly own: Map<string, Fact>; readonly before: Facts | undefined }

type Check = {
  readonly supergraph: CheckedSupergraph
  readonly problems: string[]
  readonly rootType: string
  stepsLeft: number
}

const stepsMax = 200_000
const problemsMax = 10

/** Empty if each asked field is fetched for each possible type from where it is resolved, with all that this needs known before. */
export function checkPlan(plan: QueryPlan, input: CheckInput): readonly string[] {
  const { context, operation } = input
  const rootType = context.schema.getRootType(operation.operation)
  if (!rootType) return [`There is no ${operation.operation} type.`]
  const check: Check = {
    supergraph: input.supergraph,
    problems: [],
    rootType: rootType.name,
    stepsLeft: stepsMax,
  }
  const facts: Facts = { own: new Map(), before: undefined }
  if (plan.root !== null) checkNode(check, plan.root, facts)
  checkAsked({ check, input, facts }, { key: '', typeName: rootType.name }, operation.selectionSet.selections)
  if (check.stepsLeft <= 0) check.problems.push(`The plan takes more than ${stepsMax} steps to check.`)
  return [...new Set(check.problems)].slice(0, problemsMax)
}

function checkNode(check: Check, node: PlanNode, facts: Facts): void {
  switch (node.kind) {
    case 'sequence':
      for (const child of node.nodes) checkNode(check, child, facts)
      return
    case 'parallel':
      return atOnce(
        check,
        facts,
        node.nodes.map((child) => (known) => checkNode(check, child, known)),
      )
    case 'condition':
      check.problems.push('A fetch with a condition is not proved.')
      return
    case 'rootFetch': {
      const writer = { check, facts, subgraph: node.subgraph, renames: renamesOf(check, node.outputRewrites) }
      write(
        writer,
        { key: '', typeName: check.rootType },
        { selections: selectionsOf(node.operation, undefined), provided: [] },
      )
      return
    }
    case 'entityFetch':
      // Two sets of entities in one call can't rely on each other either.
      return atOnce(
        check,
        facts,
        node.inputs.map(
          (input) => (known) =>
            checkEntities(check, { input, subgraph: node.subgraph, operation: node.operation, facts: known }),
        ),
      )
    default:
      return node satisfies never
  }
}

/** What runs at once can't rely on each other: each sees what was known before, and itself. */
function atOnce(check: Check, facts: Facts, branches: readonly ((known: Facts) => void)[]): void {
  const layers = branches.map((branch) => {
    const layer: Facts = { own: new Map(), before: facts }
    branch(layer)
    return layer
  })
  for (const { own } of layers) for (const [key, fact] of own) note(check, facts, { key, fact })
}

function selectionsOf(operation: string, responseName: string | undefined): readonly SelectionNode[] {
  const [definition] = parse(operation, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return []
  if (responseName === undefined) return definition.selectionSet.selections
  return definition.selectionSet.selections.flatMap((one) =>
    one.kind === Kind.FIELD && nameOf(one) === responseName ? (one.selectionSet?.selections ?? []) : [],
  )
}

const nameOf = (field: FieldNode): string => field.alias?.value ?? field.name.value

function renamesOf(check: Check, rewrites: readonly Rewrite[]): ReadonlyMap<string, string> {
  return new Map(
    rewrites.flatMap((rewrite) => {
      const last = rewrite.path.at(-1)
      if (rewrite.kind === 'renameKey' && last?.kind === 'field') return [[last.name, rewrite.name] as const]
      check.problems.push('A rewrite sets a value.')
      return []
    }),
  )
}

function find(facts: Facts, key: string): Fact | undefined {
  for (let level: Facts | undefined = facts; level !== undefined; level = level.before) {
    const fact = level.own.get(key)
    if (fact !== undefined) return fact
  }
  return undefined
}

function note(
  check: Check,
  facts: Facts,
  { key, fact }: { readonly key: string; readonly fact: Fact },
): void {
  const known = find(facts, key)
  if (known === undefined) facts.own.set(key, fact)
  else if (known.call !== fact.call) check.problems.push(`${key} is both ${known.call} and ${fact.call}.`)
}

type Writer = {
  readonly check: Check
  readonly facts: Facts
  readonly subgraph: string
  readonly renames: ReadonlyMap<string, string>
  /** At the entities themselves: whether what a field requires is in their representations. */
  readonly hasRequired?: (needs: readonly SelectionNode[]) => boolean
}

type Written = { readonly selections: readonly SelectionNode[]; readonly provided: readonly SelectionNode[] }

/** Notes what a selection brings to a place, if its subgraph can. */
function write(writer: Writer, place: Place, { selections, provided }: Written): void {
  const { check, facts } = writer
  for (const selection of selections) {
    check.stepsLeft -= 1
    if (check.stepsLeft <= 0) return
    if (selection.kind === Kind.FRAGMENT_SPREAD) check.problems.push('A fetch names a fragment.')
    else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? place.typeName
      if (check.supergraph.isWithin(place.typeName, condition))
        write(writer, place, { selections: selection.selectionSet.selections, provided })
    } else if (selection.name.value === '__typename')
      note(check, facts, { key: `${place.key}.__typename`, fact: { call: '__typename()', types: [] } })
    else writeField(writer, place, { field: selection, provided })
  }
}

function writeField(
  writer: Writer,
  place: Place,
  { field, provided }: { readonly field: FieldNode; readonly provided: readonly SelectionNode[] },
): void {
  const { check, facts, subgraph } = writer
  const name = field.name.value
  const resolution = check.supergraph.resolution(subgraph, place.typeName, name)
  const given = within(check, place.typeName, provided).filter((one) => one.name.value === name)
  const coordinate = `${place.typeName}.${name}`
  if (resolution === undefined) return void check.problems.push(`${subgraph} does not have ${coordinate}.`)
  if (resolution.isExternal && given.length === 0)
    return void check.problems.push(
      `${coordinate} is external in ${subgraph}, and not provided at ${place.key}.`,
    )
  if (resolution.needs.length > 0 && writer.hasRequired?.(resolution.needs) !== true)
    return void check.problems.push(`${subgraph} is asked for ${coordinate} without what it requires.`)
  const isComposite = field.selectionSet !== undefined
  const types = isComposite ? check.supergraph.runtimeTypes(subgraph, resolution.typeName) : []
  const responseName = writer.renames.get(nameOf(field)) ?? nameOf(field)
  const key = `${place.key}.${responseName}`
  note(check, facts, { key, fact: { call: callText(name, field.arguments), types } })
  const below = [...resolution.gives, ...given.flatMap((one) => one.selectionSet?.selections ?? [])]
  for (const typeName of types)
    write(
      { ...writer, hasRequired: () => false },
      { key: `${key}<${typeName}>`, typeName },
      { selections: field.selectionSet?.selections ?? [], provided: below },
    )
}

/** The fields of a field set that hold for one runtime type. */
function within(check: Check, typeName: string, selections: readonly SelectionNode[]): readonly FieldNode[] {
  return selections.flatMap((one): readonly FieldNode[] => {
    if (one.kind === Kind.FIELD) return [one]
    if (one.kind === Kind.FRAGMENT_SPREAD) return []
    const condition = one.typeCondition?.name.value ?? typeName
    return check.supergraph.isWithin(typeName, condition)
      ? within(check, typeName, one.selectionSet.selections)
      : []
  })
}

type Entities = {
  readonly input: EntityInput
  readonly subgraph: string
  readonly operation: string
  readonly facts: Facts
}

function checkEntities(check: Check, { input, subgraph, operation, facts }: Entities): void {
  const selections = selectionsOf(operation, input.responseName)
  for (const place of input.paths.flatMap((path) => follow(check, facts, path))) {
    const shapes = shapesFor(input.representation, place.typeName)
    if (shapes.length === 0) continue
    if (find(facts, `${place.key}.__typename`) === undefined)
      check.problems.push(`${place.key} is represented without its __typename.`)
    if (!isNamedRight(check, input, { subgraph, typeName: place.typeName }))
      check.problems.push(`${subgraph} does not know ${place.typeName} by the name that is sent.`)
    const covers = (wanted: readonly SelectionNode[]): boolean =>
      isCovered({ check, facts }, place, { wanted, shapes })
    const keys = check.supergraph.keys(subgraph, place.typeName)
    if (!keys.some(covers))
      check.problems.push(`${subgraph} can't find ${place.typeName} at ${place.key} by what is sent.`)
    for (const { from } of shapes.flatMap(({ fields }) => fields))
      if (find(facts, `${place.key}.${from}`) === undefined)
        check.problems.push(`${place.key}.${from} is sent before it is known.`)
    const writer = {
      check,
      facts,
      subgraph,
      renames: renamesOf(check, input.outputRewrites),
      hasRequired: covers,
    }
    write(writer, place, { selections, provided: [] })
  }
}

/** Representations keep their runtime type, unless all that the subgraph knows of it is an interface. */
function isNamedRight(
  { supergraph }: Check,
  { inputRewrites }: EntityInput,
  { subgraph, typeName }: { readonly subgraph: string; readonly typeName: string },
): boolean {
  const [known] = supergraph.objectInterfaces(subgraph, typeName)
  const [rewrite] = inputRewrites
  if (known === undefined) return rewrite === undefined
  if (rewrite?.kind !== 'setValue' || inputRewrites.length !== 1) return false
  return rewrite.value === known && rewrite.path.length === 1 && isTypename(rewrite.path[0])
}

const isTypename = (step: RewriteStep | undefined): boolean =>
  step?.kind === 'field' && step.name === '__typename'

const shapesFor = (
  shapes: readonly RepresentationShape[],
  typeName: string,
): readonly RepresentationShape[] =>
  shapes.filter(({ types }) => types.length === 0 || types.includes(typeName))

function follow(check: Check, facts: Facts, path: readonly PathStep[]): readonly Place[] {
  let places: readonly Place[] = [{ key: '', typeName: check.rootType }]
  for (const step of path) {
    check.stepsLeft -= places.length
    if (step.kind === 'types') {
      const all = places
      if (all.some(({ key }) => find(facts, `${key}.__typename`) === undefined))
        check.problems.push(`Types are told apart below ${all[0]?.key ?? ''} without __typename.`)
      places = all.filter(({ typeName }) => step.types.includes(typeName))
    }
    if (step.kind !== 'field') continue
    places = places.flatMap(({ key }) =>
      (find(facts, `${key}.${step.name}`)?.types ?? []).map((typeName) => ({
        key: `${key}.${step.name}<${typeName}>`,
        typeName,
      })),
    )
  }
  if (places.length === 0) check.problems.push('A fetch has no entities.')
  return places
}

/** Whether a representation carries a field set, read from the very calls that the set means. */
function isCovered(
  at: { readonly check: Check; readonly facts: Facts },
  place: Place,
  {
    wanted,
    shapes,
  }: { readonly wanted: readonly SelectionNode[]; readonly shapes: readonly RepresentationShape[] },
): boolean {
  return within(at.check, place.typeName, wanted).every((field) => {
    if (field.name.value === '__typename') return true
    const call = callText(field.name.value, field.arguments)
    return shapesFor(shapes, place.typeName).some(({ fields }) =>
      fields.some((sent) => {
        const key = `${place.key}.${sent.from}`
        const fact = find(at.facts, key)
        if (sent.to !== field.name.value || fact?.call !== call) return false
        return fact.types.every((typeName) =>
          isCovered(
            at,
            { key: `${key}<${typeName}>`, typeName },
            { wanted: field.selectionSet?.selections ?? [], shapes: sent.shapes },
          ),
        )
      }),
    )
  })
}

type Asking = { readonly check: Check; readonly input: CheckInput; readonly facts: Facts }

/** The other way round: everything that was asked is known in the end, for each runtime type that may be there. */
function checkAsked(asking: Asking, place: Place, selections: readonly SelectionNode[]): void {
  const { check, input } = asking
  const type = input.context.schema.getType(place.typeName)
  if (!isObjectType(type)) return
  for (const selection of selections) {
    check.stepsLeft -= 1
    if (check.stepsLeft <= 0) return
    if (isLeftOut(selection, input.context)) continue
    if (selection.kind === Kind.FIELD) checkField(asking, { place, type, field: selection })
    else {
      const part =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection
          : input.context.fragments.get(selection.name.value)
      const condition = part?.typeCondition?.name.value ?? place.typeName
      if (part !== undefined && check.supergraph.isWithin(place.typeName, condition))
        checkAsked(asking, place, part.selectionSet.selections)
    }
  }
}

function checkField(
  asking: Asking,
  {
    place,
    type,
    field,
  }: { readonly place: Place; readonly type: GraphQLObjectType; readonly field: FieldNode },
): void {
  const { check, input, facts } = asking
  const name = field.name.value
  if (name.startsWith('__') || !input.isAllowed(type.name, name)) return
  const definition = type.getFields()[name]
  if (definition === undefined) return
  const key = `${place.key}.${input.context.internalName(field, definition)}`
  const fact = find(facts, key)
  if (fact?.call !== callText(name, field.arguments))
    return void check.problems.push(`${type.name}.${name} is asked at ${key} and not fetched.`)
  const below = input.context.schema.getType(String(definition.type).replace(/[[\]!]/g, ''))
  if (!isCompositeType(below)) return
  for (const typeName of fact.types) {
    const inner = { key: `${key}<${typeName}>`, typeName }
    if (isAbstractType(below) && find(facts, `${inner.key}.__typename`) === undefined)
      check.problems.push(`${inner.key} comes without its __typename.`)
    checkAsked(asking, inner, field.selectionSet?.selections ?? [])
  }
}

function isLeftOut({ directives }: SelectionNode, { conditionValues }: OperationContext): boolean {
  return (directives ?? []).some(({ name, arguments: given }) => {
    if (name.value !== 'skip' && name.value !== 'include') return false
    const value = given?.[0]?.value
    const decided =
      value?.kind === Kind.BOOLEAN
        ? value.value
        : value?.kind === Kind.VARIABLE
          ? conditionValues?.[value.name.value]
          : undefined
    return decided !== undefined && decided === (name.value === 'skip')
  })
}
