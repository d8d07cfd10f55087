/** The public root fields: each checks the viewer and hands its input to the module that does the work. */
import { notFound } from '@souk/contracts'
import { loadEntity, type Resolvers } from '@souk/kit'
import { buyerIdOf } from '../access/order-access.ts'
import {
  type AfterSaleOpen,
  approveCase,
  openCase,
  receiveReturn,
  rejectCase,
} from '../after-sale/handle-case.ts'
import { addToCart, type CartItemAdd, setCartQuantity } from '../cart/change-cart.ts'
import { type CheckoutCreate, createCheckout } from '../checkout/create-checkout.ts'
import { type ConversionReport, reportConversion } from '../conversion/report-conversion.ts'
import { entities, type OrdersContext } from '../entities.ts'
import type { OrdersModules } from '../modules.ts'
import { isAfterSalePossible } from '../order/order-state.ts'
import type { PaymentMethod } from '../order/order.ts'
import { type NoticeInput, receivePaymentNotice } from '../payment/receive-payment-notice.ts'
import { type CheckoutComplete, completeCheckout } from '../place-order/complete-checkout.ts'

import {
  type CarrierNotice,
  receiveTracking,
  type ShipmentCreate,
  shipOrder,
  stateConflict,
} from '../shipment/ship-order.ts'
import { showViewer } from './show-viewer.ts'
import { orderConnection, type OrderListArguments } from './order-connection.ts'

type Input<T> = { readonly input: T }

export const queries: Resolvers<OrdersModules>[string] = {
  viewer: (_root: unknown, _args: unknown, { viewer }) => showViewer(viewer),
  cart: async (_root: unknown, _args: unknown, { viewer, modules }) => {
    const items = await modules.carts.list(buyerIdOf(viewer))
    return { items, itemCount: items.reduce((sum, item) => sum + item.quantity, 0) }
  },
  checkout: async (_root: unknown, { id }: { id: string }, { viewer, modules }) => {
    const checkout = await modules.checkouts.find(id)
    return checkout !== null && checkout.buyerId === buyerIdOf(viewer) ? checkout : null
  },
  order: (_root: unknown, { id }: { id: string }, context) =>
    loadEntity(entities, { typeName: 'Order', keyField: 'id', key: id }, context),
  afterSaleCase: (_root: unknown, { id }: { id: string }, context) =>
    loadEntity(entities, { typeName: 'AfterSaleCase', keyField: 'id', key: id }, context),
  orders: (_root: unknown, args: OrderListArguments, context) =>
    orderConnection(context, { by: 'buyer_id', ownerId: buyerIdOf(context.viewer), args }),
}

export const mutations: Resolvers<OrdersModules>[string] = {
  cartItemAdd: async (_root: unknown, { input }: Input<CartItemAdd>, { viewer, modules }) => {
    const added = await addToCart(modules.worlds.cart, buyerIdOf(viewer), input)
    return added.ok ? { __typename: 'CartItemAdded', cartItem: added.value } : added.refusal
  },
  cartItemUpdate: async (
    _root: unknown,
    { input }: Input<{ cartItemId: string; quantity: number }>,
    { viewer, modules },
  ) => ({
    __typename: 'CartItemUpdated',
    cartItem: await setCartQuantity(modules.worlds.cart, buyerIdOf(viewer), input),
  }),
  cartItemRemove: async (_root: unknown, { input }: Input<{ cartItemId: string }>, { viewer, modules }) => {
    await modules.carts.remove(buyerIdOf(viewer), input.cartItemId)
    return { __typename: 'CartItemRemoved', cartItemId: input.cartItemId }
  },
  checkoutCreate: async (_root: unknown, { input }: Input<CheckoutCreate>, { viewer, modules }) => {
    const created = await createCheckout(modules.worlds.checkout, buyerIdOf(viewer), input)
    return created.ok ? { __typename: 'CheckoutCreated', checkout: created.value } : created.refusal
  },
  checkoutComplete: (_root: unknown, { input }: Input<CheckoutComplete>, { viewer, modules }) =>
    completeCheckout(modules.worlds.placing, buyerIdOf(viewer), input),
  paymentNotify: (_root: unknown, { input }: Input<NoticeInput<PaymentMethod>>, { modules }) =>
    receivePaymentNotice(modules.worlds.placing, modules.payments, input),
  shipmentCreate: (_root: unknown, { input }: Input<ShipmentCreate>, { viewer, modules }) =>
    shipOrder(modules.worlds.shipping, viewer, input),
  carrierNotify: (_root: unknown, { input }: Input<CarrierNotice>, { modules }) =>
    receiveTracking(modules.worlds.shipping, input),
  orderReceiptConfirm: (_root: unknown, { input }: Input<{ orderId: string }>, context) =>
    confirmReceipt(context, input.orderId),
  afterSaleOpen: (_root: unknown, { input }: Input<AfterSaleOpen>, { viewer, modules }) =>
    openCase(modules.worlds.afterSale, buyerIdOf(viewer), input),
  afterSaleApprove: (
    _root: unknown,
    { input }: Input<{ caseId: string; idempotencyKey: string }>,
    { viewer, modules },
  ) => approveCase(modules.worlds.afterSale, viewer, input),
  afterSaleReject: (
    _root: unknown,
    { input }: Input<{ caseId: string; reason: string; idempotencyKey: string }>,
    { viewer, modules },
  ) => rejectCase(modules.worlds.afterSale, viewer, input),
  afterSaleReturnReceive: (
    _root: unknown,
    { input }: Input<{ caseId: string; idempotencyKey: string }>,
    { viewer, modules },
  ) => receiveReturn(modules.worlds.afterSale, viewer, input),
  externalConversionReport: (_root: unknown, { input }: Input<ConversionReport>, { viewer, modules }) =>
    reportConversion(modules.worlds.conversion, viewer, input),
}

async function confirmReceipt({ viewer, modules, clock }: OrdersContext, orderId: string) {
  const buyerId = buyerIdOf(viewer)
  const { worlds, orders } = modules
  const received = await orders.receive(orderId, buyerId, clock.now())
  if (received !== null) {
    worlds.placing.outbox.kick()
    return { __typename: 'OrderReceiptConfirmed', order: received }
  }
  const order = (await orders.byIds([orderId])).get(orderId)
  if (order === undefined || order.buyerId !== buyerId) throw notFound('order', orderId)
  if (order.state === 'COMPLETED') return { __typename: 'OrderReceiptConfirmed', order }
  const isPaid = isAfterSalePossible(order.state)
  return stateConflict(order, isPaid ? 'The order has not been shipped yet.' : 'The order is not paid.')
}
