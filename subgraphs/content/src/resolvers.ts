/** The resolvers of the content subgraph, put together. */
import type { Resolvers } from '@souk/kit'
import { mutations } from './graph/mutations.ts'
import { queries } from './graph/queries.ts'
import { feedTypes, liveRoomTypes, shortVideoTypes } from './graph/types.ts'
import type { ContentModules } from './modules.ts'

export const resolvers: Resolvers<ContentModules> = {
  Query: queries,
  Mutation: mutations,
  ...shortVideoTypes,
  ...liveRoomTypes,
  ...feedTypes,
}
