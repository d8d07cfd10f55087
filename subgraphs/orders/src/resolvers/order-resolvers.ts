/** Orders, payments and parcels as the graph shows them; whatever hangs on an order is loaded for all orders of a request at once. */
import type { Resolvers } from '@souk/kit'
import { runsShop, seesOrder, sightOf } from '../access/order-access.ts'
import { refundableOf } from '../after-sale/case-state.ts'
import type { OrdersContext } from '../entities.ts'
import type { OrdersModules } from '../modules.ts'
import type { Buyer } from '../order/order-store.ts'
import type { Order, OrderLine } from '../order/order.ts'
import type { ShownOrder } from '../place-order/complete-checkout.ts'
import type { Shipment } from '../shipment/shipment-store.ts'
import { reference, showOrigin } from './stubs.ts'

export const orderResolvers: Resolvers<OrdersModules> = {
  Order: {
    shop: (order: Order) => reference(order.shopId),
    buyer: (order: Order) => reference(order.buyerId),
    cancelReason: (order: Order) =>
      order.state === 'CANCELLED' ? (order.refusal?.code ?? 'REFUNDED') : null,
    attribution: (order: Order) => showOrigin(order.attribution),
    shippingAddress: (order: Order, _args: unknown, { viewer }) => {
      const isBuyer = viewer.kind === 'user' && viewer.userId === order.buyerId
      return isBuyer || runsShop(viewer, order.shopId) ? order.shippingAddress : null
    },
    lines: async (order: ShownOrder, _args: unknown, { loaders, modules }) =>
      order.lines ?? (await loaders.load('order lines', order.id, modules.orders.linesOf)) ?? [],
    payment: async (order: ShownOrder, _args: unknown, { loaders, modules }) =>
      order.payment ?? (await loaders.load('payments', order.id, modules.payments.ofOrders)),
    shipments: async (order: Order, _args: unknown, { loaders, modules }) =>
      (await loaders.load('shipments', order.id, modules.shipments.ofOrders)) ?? [],
    afterSaleCases: async (order: Order, _args: unknown, { loaders, modules }) =>
      (await loaders.load('after-sale cases', order.id, modules.afterSales.ofOrders)) ?? [],
  },
  OrderLine: {
    offer: (line: OrderLine) => reference(line.offerId),
    product: (line: OrderLine) => reference(line.productId),
    sku: (line: OrderLine) => reference(line.skuId),
    refundableQuantity: (line: OrderLine) => refundableOf(line),
    origin: (line: OrderLine) => showOrigin(line.origin),
  },
  Buyer: {
    country: async (buyer: Buyer, _args: unknown, { loaders, modules }) => {
      if (buyer.country !== undefined) return buyer.country
      const found = await loaders.load('buyers', buyer.id, modules.orders.buyersByIds)
      return found?.country ?? null
    },
  },
  Shipment: {
    events: async (shipment: Shipment, _args: unknown, { loaders, modules }) =>
      (await loaders.load('shipment events', shipment.id, modules.shipments.eventsOf)) ?? [],
  },
  AttributedContent: { __resolveType: (content: { __typename: string }) => content.__typename },
}

/** An order that a part of it belongs to, if the viewer may see it. */
export async function orderOf(context: OrdersContext, orderId: string): Promise<Order | null> {
  const order = await context.loaders.load('orders', orderId, context.modules.orders.byIds)
  return order !== null && seesOrder(await sightOf(context), order) ? order : null
}
