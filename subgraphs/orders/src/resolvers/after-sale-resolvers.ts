/** After-sale cases and reported sales as the graph shows them, and the members of all result unions. */
import type { Resolvers } from '@souk/kit'
import type { AfterSaleCase } from '../after-sale/after-sale-store.ts'
import type { ExternalConversion } from '../conversion/conversion-store.ts'
import type { OrdersModules } from '../modules.ts'
import { orderOf } from './order-resolvers.ts'
import { reference } from './stubs.ts'

const byTypename = { __resolveType: (value: { __typename: string }) => value.__typename }

export const afterSaleResolvers: Resolvers<OrdersModules> = {
  AfterSaleCase: { order: (each: AfterSaleCase, _args: unknown, context) => orderOf(context, each.orderId) },
  ExternalConversion: {
    liveRoom: (conversion: ExternalConversion) => reference(conversion.liveRoomId),
    offer: (conversion: ExternalConversion) => reference(conversion.offerId),
  },
  Refusal: byTypename,
  CartItemAddResult: byTypename,
  CheckoutCreateResult: byTypename,
  CheckoutCompleteResult: byTypename,
  PaymentNotifyResult: byTypename,
  ShipmentCreateResult: byTypename,
  CarrierNotifyResult: byTypename,
  OrderReceiptConfirmResult: byTypename,
  AfterSaleOpenResult: byTypename,
  AfterSaleDecisionResult: byTypename,
  ExternalConversionReportResult: byTypename,
}
