/** The documents that the tests of orders ask with. */

const money = '{ amount currency }'

export const orderFields = `id number state total ${money} refundedTotal ${money} cancelReason paidAt shippedAt deliveredAt completedAt
  lines { id quantity refundableQuantity amount ${money} } payment { state refundedAmount ${money} capturedAt }`

const refusal = '... on Refusal { code message }'

const attribution =
  'entry discoveryMode content { __typename ... on LiveRoom { id } ... on ShortVideo { id } } creator { id }'

const mutation = (name: string, input: string, selection: string): string =>
  `mutation ($input: ${input}!) { result: ${name}(input: $input) { __typename ${selection} } }`

const decision = `... on AfterSaleDecided { case { id state refundedAt amount ${money} } } ... on AfterSaleStateConflict { state } ${refusal}`

export const documents = {
  cartItemAdd: mutation(
    'cartItemAdd',
    'CartItemAddInput',
    `... on CartItemAdded { cartItem { id quantity offer { id } origin { ${attribution} } } } ... on OriginNotConfirmed { reason } ${refusal}`,
  ),
  cartItemUpdate: mutation(
    'cartItemUpdate',
    'CartItemUpdateInput',
    '... on CartItemUpdated { cartItem { id quantity } }',
  ),
  cartItemRemove: mutation('cartItemRemove', 'CartItemRemoveInput', '... on CartItemRemoved { cartItemId }'),
  checkoutCreate: mutation(
    'checkoutCreate',
    'CheckoutCreateInput',
    `... on CheckoutCreated { checkout { id state expiresAt total ${money} lines { quantity amount ${money} } } }
     ... on OfferNotSellableInApp { source externalUrl } ... on CheckoutSeveralShops { shops { id } }
     ... on CheckoutSeveralCurrencies { currencies } ... on OrderOfferUnavailable { offers { id } } ${refusal}`,
  ),
  checkoutComplete: mutation(
    'checkoutComplete',
    'CheckoutCompleteInput',
    `... on CheckoutCompleted { order { ${orderFields} } } ... on CheckoutAlreadyCompleted { order { id } }
     ... on PriceChanged { changes { offer { id } quoted ${money} current ${money} } } ... on OutOfStock { shortages { sku { id } wanted available } }
     ... on PaymentDeclined { reason } ... on StockHoldLost { refund ${money} } ${refusal}`,
  ),
  paymentNotify: mutation(
    'paymentNotify',
    'PaymentNotifyInput',
    `... on PaymentNoticeAccepted { repeated } ${refusal}`,
  ),
  shipmentCreate: mutation(
    'shipmentCreate',
    'ShipmentCreateInput',
    `... on ShipmentCreated { shipment { id waybill state } order { id state } } ... on OrderStateConflict { state } ${refusal}`,
  ),
  carrierNotify: mutation(
    'carrierNotify',
    'CarrierNotifyInput',
    `... on CarrierNoticeAccepted { newEvents } ${refusal}`,
  ),
  orderReceiptConfirm: mutation(
    'orderReceiptConfirm',
    'OrderReceiptConfirmInput',
    `... on OrderReceiptConfirmed { order { id state completedAt } } ... on OrderStateConflict { state } ${refusal}`,
  ),
  afterSaleOpen: mutation(
    'afterSaleOpen',
    'AfterSaleOpenInput',
    `... on AfterSaleOpened { case { id state amount ${money} } } ... on OrderStateConflict { state }
     ... on AfterSaleQuantityExceeded { lines { orderLineId wanted refundable } } ${refusal}`,
  ),
  afterSaleApprove: mutation('afterSaleApprove', 'AfterSaleApproveInput', decision),
  afterSaleReject: mutation('afterSaleReject', 'AfterSaleRejectInput', decision),
  afterSaleReturnReceive: mutation('afterSaleReturnReceive', 'AfterSaleReturnReceiveInput', decision),
  externalConversionReport: mutation(
    'externalConversionReport',
    'ExternalConversionReportInput',
    `... on ExternalConversionReported { conversion { id amount ${money} } } ... on ExternalConversionConflict { existing { id } } ${refusal}`,
  ),
} as const

export const orderQuery = `query ($id: ID!) { order(id: $id) { ${orderFields} attribution { ${attribution} }
  shipments { state waybill deliveredAt events { code } } afterSaleCases { id state } buyer { id country } shop { id } shippingAddress { city } } }`
