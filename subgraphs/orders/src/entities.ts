/** Entities that orders resolves for the gateway, each with its object check: what a viewer may not see reads as not there. */
import { type EntityDefinitions, keyOnly, type SubgraphContext } from '@souk/kit'
import { seesOrder, sightOf } from './access/order-access.ts'
import type { OrdersModules } from './modules.ts'

export type OrdersContext = SubgraphContext<OrdersModules>

type Owned = { readonly id: string; readonly buyerId: string; readonly shopId: string }

/** The visible ones of what was read, by id. */
async function visible<Item extends Owned>(
  context: OrdersContext,
  items: Iterable<Item>,
): Promise<ReadonlyMap<string, Item>> {
  const sight = await sightOf(context)
  return new Map([...items].filter((item) => seesOrder(sight, item)).map((item) => [item.id, item]))
}

export const loadOrders = async (context: OrdersContext, ids: readonly string[]) =>
  await visible(context, (await context.modules.orders.byIds(ids)).values())

export const loadCases = async (context: OrdersContext, ids: readonly string[]) =>
  await visible(context, await context.modules.afterSales.byIds(ids))

const loadShipments = async (context: OrdersContext, ids: readonly string[]) =>
  await visible(context, await context.modules.shipments.byIds(ids))

/** A buyer is seen by themself, and by whoever sees everything; others meet them on an order. */
async function loadBuyers(context: OrdersContext, ids: readonly string[]) {
  const sight = await sightOf(context)
  const allowed = ids.filter((id) => sight.isEverything || sight.userId === id)
  return await context.modules.orders.buyersByIds(allowed)
}

export const entities: EntityDefinitions<OrdersModules> = {
  Order: { id: loadOrders },
  AfterSaleCase: { id: loadCases },
  Shipment: { id: loadShipments },
  Buyer: { id: loadBuyers },
  Shop: { id: keyOnly('id') },
  LiveRoomCommerceSummary: { liveRoomId: keyOnly('liveRoomId') },
}
