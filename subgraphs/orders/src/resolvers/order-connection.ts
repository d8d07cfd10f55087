/** Lists of orders as Relay connections: of a buyer, and of many shops at once in one statement. */
import { type Connection, type ConnectionArguments, connectionOf, readPage } from '@souk/kit'
import type { OrdersContext } from '../entities.ts'
import type { OrderCursor, OrderList } from '../order/order-store.ts'
import type { OrderState } from '../order/order-state.ts'
import type { Order } from '../order/order.ts'

export type OrderListArguments = ConnectionArguments & {
  readonly filter?: { readonly states?: readonly OrderState[] | null } | null
}

export type OrderListRequest = {
  readonly by: OrderList['by']
  readonly ownerId: string
  readonly args: OrderListArguments
}

export async function orderConnection(
  context: OrdersContext,
  { by, ownerId, args }: OrderListRequest,
): Promise<Connection<Order>> {
  const page = readPage<OrderCursor>(args, ([placedAt, id]) =>
    isMoment(placedAt) && typeof id === 'string' ? { placedAt, id } : undefined,
  )
  const list: OrderList = { by, page, states: args.filter?.states ?? null }
  // Shops that are asked with the same arguments share one statement.
  const rows = await context.loaders.load(`orders ${JSON.stringify(list)}`, ownerId, (ownerIds) =>
    context.modules.orders.pages(ownerIds, list),
  )
  return connectionOf(rows ?? [], page, (order) => [order.placedAt.toISOString(), order.id])
}

// As our own cursors have it: JavaScript reads many a date that PostgreSQL doesn't. Other eras begin with a sign, which sorts before 0.
const isMoment = (value: unknown): value is string =>
  typeof value === 'string' &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString() === value &&
  value > '0001'
