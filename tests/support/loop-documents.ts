/** The mutations of a shop and a buyer after the payment, as documents. */
const refusal = '... on Refusal { code message }'

export const affiliatePlanCreate = `mutation ($input: AffiliatePlanCreateInput!) {
  result: affiliatePlanCreate(input: $input) { __typename ... on AffiliatePlanCreated { affiliatePlan { id rateBps state } } ${refusal} }
}`

export const shipmentCreate = `mutation ($input: ShipmentCreateInput!) {
  result: shipmentCreate(input: $input) { __typename ... on ShipmentCreated { shipment { id waybill state } } ${refusal} }
}`

export const carrierNotify = `mutation ($input: CarrierNotifyInput!) {
  result: carrierNotify(input: $input) { __typename ... on CarrierNoticeAccepted { newEvents } ${refusal} }
}`

export const paymentNotify = `mutation ($input: PaymentNotifyInput!) {
  result: paymentNotify(input: $input) { __typename ... on PaymentNoticeAccepted { repeated } ${refusal} }
}`

export const orderReceiptConfirm = `mutation ($input: OrderReceiptConfirmInput!) {
  result: orderReceiptConfirm(input: $input) { __typename ... on OrderReceiptConfirmed { order { state } } ${refusal} }
}`

export const afterSaleOpen = `mutation ($input: AfterSaleOpenInput!) {
  result: afterSaleOpen(input: $input) { __typename ... on AfterSaleOpened { case { id state } } ${refusal} }
}`

export const afterSaleApprove = `mutation ($input: AfterSaleApproveInput!) {
  result: afterSaleApprove(input: $input) { __typename ... on AfterSaleDecided { case { id state } } ${refusal} }
}`

export const afterSaleReject = `mutation ($input: AfterSaleRejectInput!) {
  result: afterSaleReject(input: $input) { __typename ... on AfterSaleDecided { case { id state } } ${refusal} }
}`

export const afterSaleReturnReceive = `mutation ($input: AfterSaleReturnReceiveInput!) {
  result: afterSaleReturnReceive(input: $input) { __typename ... on AfterSaleDecided { case { id state } } ${refusal} }
}`

export const orderLines = `query ($id: ID!) { order(id: $id) { lines { id } } }`
