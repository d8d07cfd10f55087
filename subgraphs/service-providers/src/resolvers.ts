/** The resolvers of the service-providers subgraph, put together. */
import type { Resolvers } from '@souk/kit'
import { mutations } from './graph/mutations.ts'
import { queries } from './graph/queries.ts'
import { types } from './graph/types.ts'
import type { ServiceProvidersModules } from './modules.ts'

export const resolvers: Resolvers<ServiceProvidersModules> = { Query: queries, Mutation: mutations, ...types }
