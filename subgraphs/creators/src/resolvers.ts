/** All resolvers of this subgraph, by type. */
import type { Resolvers } from '@souk/kit'
import type { CreatorsModules } from './modules.ts'
import { commissionResolvers } from './resolvers/commission-types.ts'
import { creatorResolvers } from './resolvers/creator-types.ts'
import { mutationResolvers } from './resolvers/mutation.ts'
import { planResolvers } from './resolvers/plan-types.ts'
import { queryResolvers } from './resolvers/query.ts'

export const resolvers: Resolvers<CreatorsModules> = {
  Query: queryResolvers,
  Mutation: mutationResolvers,
  ...creatorResolvers,
  ...planResolvers,
  ...commissionResolvers,
}
