/** A subgraph is a value: its contract, its schema, its handlers and jobs, and how to open it in either deployment. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { SubgraphName } from '@souk/contracts'
import { type GraphQLSchema, parse } from 'graphql'
import { chassisTypeDefs, deliverEventsField } from './chassis-schema.ts'
import { resolveEntities } from './entities.ts'
import { guardRootFields } from './guard-root-fields.ts'
import { openSubgraph } from './open-subgraph.ts'
import { scalars } from './scalars.ts'
import type { SubgraphDatabase } from './sql.ts'
import type { Subgraph, SubgraphDefinition } from './subgraph.ts'
import { attachLiveFields } from './subscriptions/live-fields.ts'

export function defineSubgraph<Database extends SubgraphDatabase, Modules>(
  definition: SubgraphDefinition<Database, Modules>,
): Subgraph {
  const directory = fileURLToPath(definition.directory)
  const ownSdl = readFileSync(`${directory}/schema.graphql`, 'utf8')
  const sdl = `${ownSdl}\n${chassisTypeDefs(definition.name)}`
  const schema = buildSchema(definition, ownSdl, sdl)
  const subgraph = {
    name: definition.name,
    databaseSchema: definition.name.replaceAll('-', '_'),
    prismaDirectory: `${directory}/prisma`,
    sdl,
    schema,
  }
  return { ...subgraph, open: (config) => openSubgraph({ ...subgraph, definition }, config) }
}

function buildSchema<Database extends SubgraphDatabase, Modules>(
  definition: SubgraphDefinition<Database, Modules>,
  ownSdl: string,
  sdl: string,
): GraphQLSchema {
  const { name, entities, resolvers } = definition
  const typeDefs = [parse(ownSdl), parse(chassisTypeDefs(name))]
  const schema = buildSubgraphSchema(
    typeDefs.map((typeDef, index) => ({
      typeDefs: typeDef,
      resolvers: index === 0 ? { ...scalarsIn(ownSdl), ...resolvers } : chassisResolvers(name),
    })) as never,
  )
  const query = schema.getQueryType()?.getFields() ?? {}
  if (query._entities) {
    query._entities.resolve = (_root, { representations }, context) =>
      resolveEntities(entities, representations, context)
  }
  if (query._service) query._service.resolve = () => ({ sdl })
  attachLiveFields(schema, definition.liveFields ?? {})
  guardRootFields(schema)
  return schema
}

const scalarsIn = (sdl: string): typeof scalars =>
  Object.fromEntries(
    Object.entries(scalars).filter(([name]) => new RegExp(`^scalar ${name}\\b`, 'm').test(sdl)),
  )

type WithEventIntake = { handleEvents(events: readonly unknown[]): Promise<readonly string[]> }

const chassisResolvers = (name: SubgraphName) => ({
  Mutation: {
    [deliverEventsField(name)]: (
      _root: unknown,
      { events }: { events: readonly unknown[] },
      context: WithEventIntake,
    ) => context.handleEvents(events),
  },
})
