/** The subscription fields of orders. */
import { type LiveFields, loadEntity } from '@souk/kit'
import { entities } from '../entities.ts'
import type { OrdersModules } from '../modules.ts'

export const liveFields: LiveFields<OrdersModules> = {
  orderUpdated: {
    what: 'order',
    idOf: ({ orderId }: { orderId: string }) => orderId,
    load: ({ orderId }: { orderId: string }, context) =>
      loadEntity(entities, { typeName: 'Order', keyField: 'id', key: orderId }, context),
    changes: { 'order.changed.v1': 0 },
  },
}
