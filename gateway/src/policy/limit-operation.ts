/** Refuses an operation that is deeper, wider or more repetitive than a limit allows. */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { refuseRequest } from '../errors.ts'
import { settings } from '../settings.ts'

export type OperationLimits = {
  readonly depthMax: number
  readonly aliasesMax: number
  readonly rootFieldsMax: number
  /** Fields of the operation with its fragments written out, which is what has to be planned. */
  readonly fieldsMax: number
  readonly directivesMax: number
  readonly introspectionDepthMax: number
}

export function limitOperation(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  limits: OperationLimits,
): void {
  const size = sizeOf(document, operation)
  for (const [name, read, say] of checks) {
    const value = read(size)
    const limit = limits[name]
    if (value <= limit) continue
    const message = `The operation ${say(value)}; at most ${limit} are allowed (${settings[name].variable}).`
    throw refuseRequest('GW_LIMIT_EXCEEDED', message, { limit, value })
  }
}

type Check = readonly [
  name: keyof OperationLimits,
  read: (size: WholeSize) => number,
  say: (value: number) => string,
]

const checks: readonly Check[] = [
  ['directivesMax', (size) => size.directives, (value) => `has ${value} directives`],
  ['depthMax', (size) => size.depth, (value) => `is ${value} levels deep`],
  [
    'introspectionDepthMax',
    (size) => size.introspectionDepth,
    (value) => `is ${value} levels deep in its introspection`,
  ],
  ['aliasesMax', (size) => size.aliases, (value) => `has ${value} aliases`],
  ['rootFieldsMax', (size) => size.rootFields, (value) => `has ${value} root fields`],
  ['fieldsMax', (size) => size.fields, (value) => `has ${value} fields`],
]

type WholeSize = Size & { readonly directives: number; readonly rootFields: number }

// A document is asked again and again, and has one size.
const sizes = new WeakMap<OperationDefinitionNode, WholeSize>()

function sizeOf(document: DocumentNode, operation: OperationDefinitionNode): WholeSize {
  const known = sizes.get(operation)
  if (known !== undefined) return known
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  )
  const size = {
    ...measure(operation.selectionSet, { fragments, measured: new Map() }),
    directives: countDirectives(document),
    rootFields: rootFields(operation.selectionSet, fragments, new Map()),
  }
  sizes.set(operation, size)
  return size
}

type Size = {
  readonly depth: number
  /** Below `__schema` and `__type`, and with them. */
  readonly introspectionDepth: number
  readonly aliases: number
  readonly fields: number
}
type Fragments = ReadonlyMap<string, FragmentDefinitionNode>
type Measuring = { readonly fragments: Fragments; readonly measured: Map<string, Size> }

// A fragment is measured once however often it is spread, or spreading spreads would take exponential time.
function measure(set: SelectionSetNode, measuring: Measuring): Size {
  let depth = 0
  let introspectionDepth = 0
  let aliases = 0
  let fields = 0
  for (const selection of set.selections) {
    const below = measureBelow(selection, measuring)
    const isField = selection.kind === Kind.FIELD
    // Introspection is deep by nature and is answered without a fetch.
    depth = Math.max(depth, below.depth + (isField && !selection.name.value.startsWith('__') ? 1 : 0))
    introspectionDepth = Math.max(introspectionDepth, below.introspectionDepth)
    aliases += below.aliases + (isField && selection.alias !== undefined ? 1 : 0)
    fields += below.fields + (isField ? 1 : 0)
  }
  return { depth, introspectionDepth, aliases, fields }
}

function measureBelow(selection: SelectionSetNode['selections'][number], measuring: Measuring): Size {
  if (selection.kind === Kind.FRAGMENT_SPREAD) return measureFragment(selection.name.value, measuring)
  const size = selection.selectionSet === undefined ? nothing : measure(selection.selectionSet, measuring)
  const isIntrospection = selection.kind === Kind.FIELD && selection.name.value.startsWith('__')
  return isIntrospection ? { ...size, depth: 0, introspectionDepth: size.depth + 1 } : size
}

function measureFragment(name: string, measuring: Measuring): Size {
  const known = measuring.measured.get(name)
  if (known !== undefined) return known
  // Set first: a fragment that spreads itself ends here, and validation names it.
  measuring.measured.set(name, nothing)
  const definition = measuring.fragments.get(name)
  const size = definition === undefined ? nothing : measure(definition.selectionSet, measuring)
  measuring.measured.set(name, size)
  return size
}

// Counted once for each fragment, for the same reason as in `measure`.
function rootFields(set: SelectionSetNode, fragments: Fragments, counted: Map<string, number>): number {
  return set.selections.reduce((sum, selection) => {
    if (selection.kind === Kind.FIELD) return sum + 1
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return sum + rootFields(selection.selectionSet, fragments, counted)
    return sum + rootFieldsOfFragment(selection.name.value, fragments, counted)
  }, 0)
}

function rootFieldsOfFragment(name: string, fragments: Fragments, counted: Map<string, number>): number {
  const known = counted.get(name)
  if (known !== undefined) return known
  counted.set(name, 0)
  const definition = fragments.get(name)
  const count = definition === undefined ? 0 : rootFields(definition.selectionSet, fragments, counted)
  counted.set(name, count)
  return count
}

const nothing: Size = { depth: 0, introspectionDepth: 0, aliases: 0, fields: 0 }

// Its tokens are limited, so it is counted to its end.
function countDirectives(document: DocumentNode): number {
  let count = 0
  visit(document, { Directive: () => void (count += 1) })
  return count
}
