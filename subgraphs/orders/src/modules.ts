/** The modules of the orders subgraph, built from the chassis' services. */
import type { SubgraphServices } from '@souk/kit'
import { type AfterSaleStore, openAfterSaleStore } from './after-sale/after-sale-store.ts'
import type { AfterSaleWorld } from './after-sale/handle-case.ts'
import { type CartStore, openCartStore } from './cart/cart-store.ts'
import type { CartWorld } from './cart/change-cart.ts'
import { type CheckoutStore, openCheckoutStore } from './checkout/checkout-store.ts'
import type { CheckoutWorld } from './checkout/create-checkout.ts'
import { type OrdersConfig, placeOrderLimits } from './config.ts'
import { openConversionStore } from './conversion/conversion-store.ts'
import type { ConversionWorld } from './conversion/report-conversion.ts'
import type { Database } from './db.ts'
import { type ImportStore, openImportStore } from './import/import-store.ts'
import { openOrderStore, type OrderStore } from './order/order-store.ts'
import { openPaymentStore, type PaymentStore } from './payment/payment-store.ts'
import type { PaymentProviders } from './payment/payment-provider.ts'
import { openSandboxChargeStore } from './payment/sandbox-charge-store.ts'
import { sandboxPaymentProvider } from './payment/sandbox-payment-provider.ts'
import type { PlacingWorld } from './place-order/placing-world.ts'
import { openPlacingStore } from './place-order/placing-store.ts'
import type { RefundWorld } from './refund-after-sale/refund-world.ts'
import { openReportStore, type ReportStore } from './report/report-store.ts'
import { sandboxCarrier } from './shipment/sandbox-carrier.ts'
import { openShipmentStore, type ShipmentStore } from './shipment/shipment-store.ts'
import type { ShippingWorld } from './shipment/ship-order.ts'

export type OrdersModules = {
  readonly carts: CartStore
  readonly checkouts: CheckoutStore
  readonly orders: OrderStore
  readonly payments: PaymentStore
  readonly shipments: ShipmentStore
  readonly afterSales: AfterSaleStore
  readonly reports: ReportStore
  readonly imports: ImportStore
  readonly worlds: {
    readonly cart: CartWorld
    readonly checkout: CheckoutWorld
    readonly placing: PlacingWorld
    readonly shipping: ShippingWorld
    readonly afterSale: AfterSaleWorld
    readonly refund: RefundWorld
    readonly conversion: ConversionWorld
  }
}

/** What a test may change. */
export type OrdersOptions = {
  readonly requestMs?: number
  readonly wrapProvider?: (provider: PaymentProviders['WECHAT_PAY']) => PaymentProviders['WECHAT_PAY']
  readonly atBoundary?: (boundary: string) => Promise<void>
}

export function openOrdersModules(
  services: SubgraphServices<Database>,
  config: OrdersConfig,
  options: OrdersOptions,
): OrdersModules {
  const { database, call, clock, ids, outbox, logger } = services
  const carts = openCartStore(database)
  const checkouts = openCheckoutStore(database)
  const orders = openOrderStore(database, ids)
  const shipments = openShipmentStore(database)
  const afterSales = openAfterSaleStore(database, ids)
  const providers = openProviders(services, config, options)
  const requestMs = options.requestMs ?? placeOrderLimits.requestMs
  const atBoundary = options.atBoundary ?? noBoundary
  // Not the request's own `call`: a flow goes on when its client has gone.
  const flow = { providers, call, clock, ids, outbox, logger, requestMs, atBoundary }
  const refund = { ...flow, store: afterSales }
  return {
    carts,
    checkouts,
    orders,
    payments: openPaymentStore(database),
    shipments,
    afterSales,
    reports: openReportStore(database),
    imports: openImportStore(database),
    worlds: {
      cart: { store: carts, call, clock, ids },
      checkout: { store: checkouts, call, clock, ids },
      placing: { ...flow, store: openPlacingStore(database, ids) },
      shipping: {
        store: shipments,
        carriers: { SANDBOX_EXPRESS: sandboxCarrier(config.noticeSecrets.SANDBOX_EXPRESS) },
        clock,
        ids,
      },
      afterSale: { store: afterSales, orders, refunds: refund, clock, ids },
      refund,
      conversion: { store: openConversionStore(database, ids), database, clock, ids },
    },
  }
}

const noBoundary = async (): Promise<void> => undefined

function openProviders(
  { database, clock, ids }: SubgraphServices<Database>,
  config: OrdersConfig,
  options: OrdersOptions,
): PaymentProviders {
  const charges = openSandboxChargeStore(database)
  const open = (method: 'WECHAT_PAY' | 'ALIPAY') => {
    const provider = sandboxPaymentProvider({
      method,
      secret: config.noticeSecrets[method],
      charges,
      clock,
      ids,
    })
    return options.wrapProvider?.(provider) ?? provider
  }
  return { WECHAT_PAY: open('WECHAT_PAY'), ALIPAY: open('ALIPAY') }
}
