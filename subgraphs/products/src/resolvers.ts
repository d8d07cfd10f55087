/** Every resolver of the subgraph, put together from its parts. */
import type { Resolvers } from '@souk/kit'
import type { Modules } from './modules.ts'
import { catalogueResolvers } from './resolvers/catalogue-resolvers.ts'
import { internalMutations, internalQueries } from './resolvers/internal-resolvers.ts'
import { mutationResolvers } from './resolvers/mutation-resolvers.ts'
import { queryResolvers } from './resolvers/query-resolvers.ts'

export const resolvers: Resolvers<Modules> = {
  Query: { ...queryResolvers, ...internalQueries },
  Mutation: { ...mutationResolvers, ...internalMutations },
  ...catalogueResolvers,
}
