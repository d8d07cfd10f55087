/** Reads a supergraph that was composed elsewhere, by Apollo's composition or The Guild's; what is wrong is one sentence. */
import { ClientError } from '@souk/contracts'
import { type DocumentNode, GraphQLError, isTypeSystemDefinitionNode, Kind, parse } from 'graphql'
import { isNestedTooDeeply } from './nesting.ts'
import { refuseWrongJoins } from './refuse-wrong-joins.ts'
import { useOwnNames } from './specification-names.ts'
import { describeSupergraph, readSubgraphs, type Supergraph } from './supergraph.ts'

/** `source` is what the sentence calls it: a file's name. */
export function readSupergraph(text: string, source: string): Supergraph {
  try {
    const document = parseDefinitions(text, source)
    const named = useOwnNames(document)
    refuseWithoutSubgraphs(named, source)
    refuseWrongJoins(named)
    return describeSupergraph(document)
  } catch (error) {
    if (!(error instanceof GraphQLError) && !(error instanceof RangeError)) throw error
    throw invalid(`${source} can't be served: ${sentenceOf(error)}`, error)
  }
}

function parseDefinitions(text: string, source: string): DocumentNode {
  const document = parseOrSay(text, source)
  if (isNestedTooDeeply(document)) throw new RangeError('The document is nested too deeply.')
  for (const definition of document.definitions) {
    if (isTypeSystemDefinitionNode(definition) || definition.kind === Kind.SCHEMA_EXTENSION) continue
    const what = definition.kind.endsWith('Extension') ? 'extends a type' : 'has an operation in it'
    throw invalid(`${source} ${what}; a supergraph has nothing but definitions.`)
  }
  return document
}

function parseOrSay(text: string, source: string): DocumentNode {
  try {
    return parse(text, { noLocation: false })
  } catch (error) {
    const at = error instanceof GraphQLError ? error.locations?.[0] : undefined
    const where = at === undefined ? '' : ` (line ${at.line}, column ${at.column})`
    throw invalid(`${source} is not GraphQL SDL${where}: ${sentenceOf(error)}`, error)
  }
}

function refuseWithoutSubgraphs(document: DocumentNode, source: string): void {
  if (readSubgraphs(document).length > 0) return
  throw invalid(
    `${source} has no enum join__Graph, so it is not a supergraph; the schemas of subgraphs are composed with --subgraphs.`,
  )
}

const sentenceOf = (error: unknown): string => {
  // What is read by recursion has no other bound than the stack.
  if (error instanceof RangeError) return 'It is nested too deeply.'
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return /[.?]$/.test(line) ? line : `${line}.`
}

const invalid = (message: string, cause?: unknown): ClientError =>
  new ClientError('GW_SUPERGRAPH_INVALID', message, { cause })
