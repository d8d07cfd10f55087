/** How far a parcel has come. Tracking events arrive late, twice and in any order; the state only ever moves forward (C50). */

export const shipmentStates = [
  'REQUESTED',
  'CREATED',
  'PICKED_UP',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
] as const

export type ShipmentState = (typeof shipmentStates)[number]

export const trackingCodes = [
  'PICKED_UP',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
  'EXCEPTION',
] as const

export type TrackingCode = (typeof trackingCodes)[number]

export const rankOf = (state: ShipmentState): number => shipmentStates.indexOf(state)

/** An exception is kept and shown, but a parcel that is lost and found again has not gone back. */
export const stateAfter = (state: ShipmentState, code: TrackingCode): ShipmentState =>
  code !== 'EXCEPTION' && rankOf(code) > rankOf(state) ? code : state

/** The furthest of several events: what a batch moves a parcel to, unless it is there already. */
export const furthest = (codes: readonly TrackingCode[]): ShipmentState =>
  codes.reduce<ShipmentState>(stateAfter, 'CREATED')
