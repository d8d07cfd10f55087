/** Composes subgraph SDLs into one supergraph, or throws one report that names every element at fault. */
import { composeServices } from '@theguild/federation-composition'
import { ClientError } from '@souk/contracts'
import { type DocumentNode, GraphQLError, parse } from 'graphql'
import { CannotPlan } from '../planner/cannot-plan.ts'
import { buildMoveGraph } from '../planner/move-graph.ts'
import { findUnenforced } from './access-rules.ts'
import { checkFieldSets } from './check-field-sets.ts'
import {
  checkOwnership,
  type CompositionProblem,
  type OwnershipRules,
  soukOwnership,
  type SubgraphDocument,
} from './check-ownership.ts'
import { checkSubgraphs } from './check-subgraphs.ts'
import { explainProblem } from './composition-problems.ts'
import { mergeTypes } from './merge-types.ts'
import { isNestedTooDeeply } from './nesting.ts'
import { prepareSubgraph } from './prepare-subgraph.ts'
import { readSubgraphs } from './read-subgraph.ts'
import { checkSatisfiability } from './satisfiability/check-satisfiability.ts'
import { describeSupergraph, type Supergraph } from './supergraph.ts'
import { writeJoins } from './write-joins.ts'

export type { Supergraph } from './supergraph.ts'

/** The URL is where the supergraph says that the subgraph is. */
export type SubgraphSdl = { readonly name: string; readonly sdl: string; readonly url?: string }

export function compose(
  subgraphs: readonly SubgraphSdl[],
  ownership: OwnershipRules = soukOwnership,
): Supergraph {
  const documents = subgraphs.map(readDocument)
  report(checkOwnership(documents, ownership))
  const written = composeDocuments(documents)
  if (ownership.servesPolicies !== true) report(findUnenforced(written))
  const supergraph = describe(written)
  report(findUnsatisfiable(supergraph))
  return supergraph
}

function readDocument({ name, sdl, url }: SubgraphSdl): SubgraphDocument {
  try {
    const document = parse(sdl)
    if (isNestedTooDeeply(document)) throw new RangeError('The schema is nested too deeply.')
    return { name, typeDefs: prepareSubgraph(document), ...(url !== undefined && { url }) }
  } catch (cause) {
    throw compositionFailed([problem(`[${name}] ${messageOf(cause)}`)], cause)
  }
}

/** The supergraph as it is written, with its machinery. */
function composeDocuments(documents: readonly SubgraphDocument[]): DocumentNode {
  const subgraphs = readSubgraphs(documents)
  const problems = [...checkSubgraphs(subgraphs), ...subgraphs.flatMap(checkFieldSets)]
  const { errors = [], supergraphDocumentNode: written } = attempt(documents, problems)
  report([...problems, ...errors.map((error) => explainProblem(error, documents))])
  if (written === undefined) throw compositionFailed([problem('The composer wrote nothing.')])
  const merged = mergeTypes(written, subgraphs)
  report(merged.problems)
  return writeJoins(merged.document, subgraphs)
}

// Types are merged here, and if each field can be had is asked afterwards, by checks of our own. The library knows less of
// types; its check of the fields overflows the stack on graphs that are only large, refuses some that are good and lets some
// pass that are not, and took 95 s and 5 GB for 200 subgraphs.
const ownRules: readonly string[] = [
  'SatisfiabilityRule',
  'FieldsOfTheSameTypeRule',
  'FieldArgumentsOfTheSameTypeRule',
  'ExternalTypeMismatchRule',
  'ExternalArgumentMissingRule',
  'InterfaceSubtypeRule',
]

function attempt(documents: readonly SubgraphDocument[], problems: readonly CompositionProblem[]) {
  try {
    return composeServices([...documents], { disableValidationRules: [...ownRules] })
  } catch (cause) {
    report(problems)
    throw compositionFailed([problem(`The composer failed: ${messageOf(cause)}`)], cause)
  }
}

function describe(written: DocumentNode): Supergraph {
  try {
    return describeSupergraph(written)
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause
    throw compositionFailed([problem(messageOf(cause))], cause)
  }
}

function findUnsatisfiable({ sdl, publicSchema }: Supergraph): readonly CompositionProblem[] {
  try {
    return checkSatisfiability(buildMoveGraph(sdl), publicSchema).map(problem)
  } catch (cause) {
    if (!(cause instanceof CannotPlan)) throw cause
    return [problem(messageOf(cause))]
  }
}

const problem = (message: string): CompositionProblem => ({ code: 'GW_COMPOSITION_FAILED', message })

function report(problems: readonly CompositionProblem[]): void {
  if (problems.length > 0) throw compositionFailed(problems)
}

function compositionFailed(found: readonly CompositionProblem[], cause?: unknown): ClientError {
  // The composer says some things once for each place.
  const problems = [...new Map(found.map((one) => [one.message, one])).values()]
  const code = problems[0]?.code ?? 'GW_COMPOSITION_FAILED'
  const lines = problems.map(({ message }) => `  - ${message}`)
  const message = `The subgraphs do not compose (${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}):\n${lines.join('\n')}`
  return new ClientError(code, message, { cause, details: { problems } })
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
