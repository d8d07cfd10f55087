/** Front door of @souk/orders: the subgraph as a value, and what plays the sandbox providers. */
import { defineSubgraph, type Subgraph } from '@souk/kit'
import { readOrdersConfig } from './config.ts'
import { openDatabase } from './db.ts'
import { entities } from './entities.ts'
import { events } from './events.ts'
import { liveFields } from './resolvers/live-fields.ts'
import { openOrdersModules, type OrdersOptions } from './modules.ts'
import { resumeOrders } from './place-order/resume-orders.ts'
import { resumeRefunds } from './refund-after-sale/run-refund-after-sale.ts'
import { resolvers } from './resolvers.ts'

export { signSandboxPaymentNotice, type SandboxNotice } from './payment/sandbox-payment-provider.ts'
export { signSandboxTracking, type SandboxTracking } from './shipment/sandbox-carrier.ts'
export type { OrdersOptions } from './modules.ts'

/** The subgraph with parts of it replaced, for tests. */
export function createOrdersSubgraph(options: OrdersOptions = {}): Subgraph {
  return defineSubgraph({
    name: 'orders',
    directory: new URL('..', import.meta.url),
    openDatabase,
    openModules: (services) => openOrdersModules(services, readOrdersConfig(process.env), options),
    resolvers,
    entities,
    liveFields,
    events,
    jobs: {
      'resume-orders': { cron: '* * * * *', run: ({ modules }) => resumeOrders(modules.worlds.placing) },
      'resume-after-sales': { cron: '* * * * *', run: ({ modules }) => resumeRefunds(modules.worlds.refund) },
    },
  })
}

export const ordersSubgraph: Subgraph = createOrdersSubgraph()
