/** What orders adds to shops and live rooms. */
import type { Resolvers } from '@souk/kit'
import { seesShop, sightOf } from '../access/order-access.ts'
import type { OrdersContext } from '../entities.ts'
import type { OrdersModules } from '../modules.ts'
import { discoveryShares } from '../report/discovery-shares.ts'
import { roomSales, type RoomSales } from '../report/room-sales.ts'
import { orderConnection, type OrderListArguments } from './order-connection.ts'

type Shop = { readonly id: string }
type Summary = { readonly liveRoomId: string }

export const reportResolvers: Resolvers<OrdersModules> = {
  Shop: {
    orders: async (shop: Shop, args: OrderListArguments, context) =>
      seesShop(await sightOf(context), shop.id)
        ? await orderConnection(context, { by: 'shop_id', ownerId: shop.id, args })
        : null,
    discoveryShares: async (shop: Shop, _args: unknown, context) => {
      if (!seesShop(await sightOf(context), shop.id)) return null
      const byMode = await context.loaders.load(
        'orders by mode',
        shop.id,
        context.modules.reports.ordersByMode,
      )
      return discoveryShares(byMode ?? new Map())
    },
  },
  LiveRoomCommerceSummary: {
    paidAmount: async (summary: Summary, _args: unknown, context) => (await salesOf(context, summary)).total,
    paidAmountBySource: async (summary: Summary, _args: unknown, context) =>
      (await salesOf(context, summary)).bySource,
  },
}

const salesOf = async (context: OrdersContext, { liveRoomId }: Summary): Promise<RoomSales> =>
  roomSales((await context.loaders.load('room sales', liveRoomId, context.modules.reports.salesByRoom)) ?? [])
