/** All resolvers of the orders subgraph, gathered from the files of their types. */
import type { Resolvers } from '@souk/kit'
import { afterSaleResolvers } from './resolvers/after-sale-resolvers.ts'
import { cartResolvers } from './resolvers/cart-resolvers.ts'
import { internalMutations, internalQueries } from './resolvers/internal-resolvers.ts'
import { orderResolvers } from './resolvers/order-resolvers.ts'
import { reportResolvers } from './resolvers/report-resolvers.ts'
import { mutations, queries } from './resolvers/root-resolvers.ts'
import type { OrdersModules } from './modules.ts'

export const resolvers: Resolvers<OrdersModules> = {
  Query: { ...queries, ...internalQueries },
  Mutation: { ...mutations, ...internalMutations },
  ...cartResolvers,
  ...orderResolvers,
  ...afterSaleResolvers,
  ...reportResolvers,
}
