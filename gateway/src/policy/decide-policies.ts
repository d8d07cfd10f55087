/** Asks whoever knows which of an operation's policies (`@policy`) let a viewer pass: once for each request. */
import type { Viewer } from '@souk/contracts'
import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { gatewayFault } from '../errors.ts'
import type { AccessRules } from '../supergraph/access-rules.ts'
import { type GuardedGraph, type Reader, requirementsOf } from './authorize-operation.ts'

/**
 * Gives those of the named policies that let the viewer pass; the others don't. What it throws fails the request, and so does what it has not
 * decided when the signal fires: nothing is let pass because nobody could be asked.
 */
export type DecidePolicies = (
  viewer: Viewer,
  policies: readonly string[],
  signal: AbortSignal,
) => Iterable<string> | Promise<Iterable<string>>

export type PolicyQuestion = {
  readonly document: DocumentNode
  readonly viewer: Viewer
  readonly graph: GuardedGraph
  readonly decide: DecidePolicies | undefined
  /** Fires when whoever asks went away. */
  readonly gone: AbortSignal
  readonly msMax: number
}

export async function readerOf({
  document,
  viewer,
  graph,
  decide,
  gone,
  msMax,
}: PolicyQuestion): Promise<Reader> {
  if (decide === undefined || graph.rules.policies.size === 0) return { viewer, policies: noPolicies }
  const mentioned = mentionedPolicies(document, graph)
  if (mentioned.size === 0) return { viewer, policies: noPolicies }
  const signal = AbortSignal.any([gone, AbortSignal.timeout(msMax)])
  const passed = new Set(await decidedInTime(() => decide(viewer, [...mentioned], signal), signal))
  return { viewer, policies: mentioned.intersection(passed) }
}

const noPolicies: ReadonlySet<string> = new Set()

async function decidedInTime(
  decide: () => Iterable<string> | Promise<Iterable<string>>,
  signal: AbortSignal,
): Promise<Iterable<string>> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    return await Promise.race([Promise.resolve().then(decide), late])
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw gatewayFault('GW_POLICIES_UNDECIDED', `Policies could not be decided: ${reason}`, error)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

// A document is kept as long as its plans are; what it mentions, as long as the document and the graph.
const remembered = new WeakMap<AccessRules, WeakMap<DocumentNode, ReadonlySet<string>>>()

function mentionedPolicies(document: DocumentNode, graph: GuardedGraph): ReadonlySet<string> {
  let ofGraph = remembered.get(graph.rules)
  if (ofGraph === undefined) remembered.set(graph.rules, (ofGraph = new WeakMap()))
  let found = ofGraph.get(document)
  if (found === undefined) ofGraph.set(document, (found = findPolicies(document, graph)))
  return found
}

/** Of every field for every type that it may be asked of, in all operations of the document. In the order of their names. */
function findPolicies(document: DocumentNode, graph: GuardedGraph): ReadonlySet<string> {
  const found = new Set<string>()
  const typeInfo = new TypeInfo(graph.schema)
  const seen = new Set<string>()
  const note = (typeName: string, fieldName: string): void => {
    const coordinate = `${typeName}.${fieldName}`
    if (seen.has(coordinate)) return
    seen.add(coordinate)
    for (const { policies = [] } of requirementsOf(graph, typeName, fieldName))
      for (const name of policies.flat()) found.add(name)
  }
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      SelectionSet() {
        for (const { name } of objectsOf(graph.schema, typeInfo.getParentType())) note(name, '__typename')
      },
      Field({ name: { value: fieldName } }) {
        for (const { name } of objectsOf(graph.schema, typeInfo.getParentType())) note(name, fieldName)
      },
    }),
  )
  return new Set([...found].toSorted())
}

function objectsOf(
  schema: GraphQLSchema,
  type: ReturnType<TypeInfo['getParentType']>,
): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type]
  return isAbstractType(type) ? schema.getPossibleTypes(type) : []
}
