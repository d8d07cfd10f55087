/** Composes subgraph SDLs into one supergraph, or throws one report that names every element at fault. */
import { composeServices } from '@theguild/federation-composition'
import { ClientError } from '@souk/contracts'
import { buildASTSchema, type DocumentNode, type GraphQLSchema, parse } from 'graphql'
import { type AccessRules, findUnenforced, readAccessRules } from './access-rules.ts'
import {
  checkOwnership,
  type CompositionProblem,
  type OwnershipRules,
  soukOwnership,
  type SubgraphDocument,
} from './check-ownership.ts'
import { readFieldSetNames } from './field-set-names.ts'

export type SubgraphSdl = { readonly name: string; readonly sdl: string }

export type Supergraph = {
  readonly subgraphNames: readonly string[]
  /** With the join machinery: only the planner reads it. */
  readonly sdl: string
  readonly publicSdl: string
  readonly publicSchema: GraphQLSchema
  readonly access: AccessRules
  /** Names that keys, requirements and provisions use: a client's alias must not shadow them. */
  readonly fieldSetNames: ReadonlySet<string>
}

export function compose(
  subgraphs: readonly SubgraphSdl[],
  ownership: OwnershipRules = soukOwnership,
): Supergraph {
  const documents = subgraphs.map(({ name, sdl }) => ({ name, typeDefs: parseSdl(name, sdl) }))
  report(checkOwnership(documents, ownership))
  const result = composeOrThrow(documents)
  report(findUnenforced(result.supergraphDocumentNode))
  return Object.freeze({
    subgraphNames: subgraphs.map(({ name }) => name),
    sdl: result.supergraphSdl,
    publicSdl: result.publicSdl,
    publicSchema: buildASTSchema(result.publicDocumentNode, { assumeValidSDL: true }),
    access: readAccessRules(result.supergraphDocumentNode),
    fieldSetNames: readFieldSetNames(result.supergraphDocumentNode),
  })
}

function parseSdl(name: string, sdl: string): DocumentNode {
  try {
    return parse(sdl, { noLocation: false })
  } catch (cause) {
    throw compositionFailed(
      [{ code: 'GW_COMPOSITION_FAILED', message: `[${name}] ${messageOf(cause)}` }],
      cause,
    )
  }
}

function composeOrThrow(documents: readonly SubgraphDocument[]) {
  const result = attempt(documents)
  if (result.errors === undefined) return result
  throw compositionFailed(
    result.errors.map((error) => ({
      code: 'GW_COMPOSITION_FAILED',
      message: `${error.message} (${typeof error.extensions.code === 'string' ? error.extensions.code : 'no code'})`,
    })),
  )
}

// The library recurses without a bound on some valid graphs: its RangeError becomes a report like any other.
function attempt(documents: readonly SubgraphDocument[]) {
  try {
    return composeServices([...documents])
  } catch (cause) {
    throw compositionFailed(
      [{ code: 'GW_COMPOSITION_FAILED', message: `The composer failed: ${messageOf(cause)}` }],
      cause,
    )
  }
}

function report(problems: readonly CompositionProblem[]): void {
  if (problems.length > 0) throw compositionFailed(problems)
}

function compositionFailed(problems: readonly CompositionProblem[], cause?: unknown): ClientError {
  const code = problems[0]?.code ?? 'GW_COMPOSITION_FAILED'
  const lines = problems.map((problem) => `  - ${problem.message}`)
  const message = `The subgraphs do not compose (${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}):\n${lines.join('\n')}`
  return new ClientError(code, message, { cause, details: { problems } })
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
