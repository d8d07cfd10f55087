/** The port to carriers: waybills, and what they tell of parcels. */
import type { TrackingCode } from './shipment-state.ts'

export type Carrier = 'SANDBOX_EXPRESS'

export type TrackingEvent = {
  /** The carrier's own: the same event has the same. */
  readonly id: string
  readonly code: TrackingCode
  readonly description: string
  readonly location: string | null
  readonly occurredAt: Date
}

export type TrackingNotice = { readonly waybill: string; readonly events: readonly TrackingEvent[] }

export interface CarrierProvider {
  readonly carrier: Carrier
  /** The same reference gets the same waybill, always. */
  createWaybill(reference: string, signal: AbortSignal): Promise<string>
  /** The notice in a callback, or null if its signature is not the carrier's. */
  readNotice(body: string, signature: string): TrackingNotice | null
}

export type CarrierProviders = Readonly<Record<Carrier, CarrierProvider>>
