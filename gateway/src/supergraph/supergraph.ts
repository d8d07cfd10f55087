/** A graph to serve, in one shape whether it was composed here or read from a file. */
import {
  buildASTSchema,
  buildSchema,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  print,
  validateSchema,
} from 'graphql'
import { type AccessRules, readAccessRules } from './access-rules.ts'
import { type CostRules, readCostRules } from './cost-rules.ts'
import { readFieldSetNames } from './field-set-names.ts'
import { completeJoins } from './complete-joins.ts'
import { argumentOf, directivesOf, joinedSubgraphs } from './joins.ts'
import { mendJoins } from './mend-joins.ts'
import { publicDocument } from './public-document.ts'
import { refuseContexts } from './refuse-contexts.ts'
import { refuseFeatures } from './refuse-features.ts'
import { settleOverrides } from './settle-overrides.ts'
import { useOwnNames } from './specification-names.ts'

export type Supergraph = {
  readonly subgraphs: readonly SupergraphSubgraph[]
  /** With the join machinery: only the planner reads it. */
  readonly sdl: string
  readonly publicSdl: string
  readonly publicSchema: GraphQLSchema
  readonly access: AccessRules
  readonly costs: CostRules
  /** Names that keys, requirements and provisions use: a client's alias must not shadow them. */
  readonly fieldSetNames: ReadonlySet<string>
}

/** The URL is empty where the composer was told none. */
export type SupergraphSubgraph = { readonly name: string; readonly url: string }

/** All of it but the schema, which can't leave the thread that it was made in. */
export type SupergraphText = Omit<Supergraph, 'publicSchema'>

/** What was checked when it was made is not checked again. */
export const openSupergraph = (text: SupergraphText): Supergraph =>
  Object.freeze({
    ...text,
    publicSchema: buildSchema(text.publicSdl, { noLocation: true, assumeValidSDL: true, assumeValid: true }),
  })

/** Throws a GraphQLError if the schema that clients would see is not valid. */
export function describeSupergraph(written: DocumentNode): Supergraph {
  const document = settleOverrides(mendJoins(completeJoins(useOwnNames(written))))
  refuseFeatures(document)
  refuseContexts(document)
  const visible = publicDocument(document)
  const publicSchema = buildPublicSchema(visible)
  return Object.freeze({
    subgraphs: readSubgraphs(document),
    sdl: print(document),
    publicSdl: print(visible),
    publicSchema,
    access: readAccessRules(document),
    costs: readCostRules(document),
    fieldSetNames: readFieldSetNames(document),
  })
}

// What is wrong with a schema comes as an error of one kind or another; of a type that is not there, as a plain one.
function buildPublicSchema(visible: DocumentNode): GraphQLSchema {
  let schema: GraphQLSchema
  try {
    schema = buildASTSchema(visible)
  } catch (error) {
    throw new GraphQLError(error instanceof Error ? error.message : String(error))
  }
  const [error] = validateSchema(schema)
  if (error !== undefined) throw error
  return schema
}

/** In the order of their names. */
export function readSubgraphs(document: DocumentNode): readonly SupergraphSubgraph[] {
  const subgraphs = joinedSubgraphs(document).map((value) => {
    const [graph] = directivesOf(value, 'join__graph')
    return {
      name: (graph && argumentOf(graph, 'name')) ?? value.name.value,
      url: (graph && argumentOf(graph, 'url')) ?? '',
    }
  })
  return subgraphs.toSorted((one, other) => (one.name < other.name ? -1 : 1))
}
