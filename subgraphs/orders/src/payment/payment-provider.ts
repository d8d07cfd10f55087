/** The port to payment providers: what the order flow asks of them, and what they promise. */
import type { Money } from '@souk/contracts'
import type { PaymentMethod } from '../order/order.ts'

/** What a provider knows of a charge. `reference` is ours (the order's id): the same reference is the same charge, always. */
export type Charge =
  | { readonly state: 'NONE' }
  | { readonly state: 'PENDING'; readonly chargeId: string }
  | { readonly state: 'AUTHORIZED'; readonly chargeId: string }
  | { readonly state: 'CAPTURED'; readonly chargeId: string }
  | { readonly state: 'DECLINED'; readonly reason: string }
  | { readonly state: 'CANCELLED' }

export type AuthorizeRequest = { readonly reference: string; readonly token: string; readonly amount: Money }

export type RefundRequest = {
  readonly reference: string
  readonly refundReference: string
  readonly amount: Money
}

/** What a provider tells by a callback. `id` is the same when it tells the same thing again. */
export type PaymentNotice = {
  readonly id: string
  readonly reference: string
  readonly outcome: 'AUTHORIZED' | 'CAPTURED' | 'DECLINED'
  readonly reason: string | null
}

/** Every command is idempotent on its reference. A call that fails says nothing of whether it was carried out: call again. */
export interface PaymentProvider {
  readonly method: PaymentMethod
  authorize(request: AuthorizeRequest, signal: AbortSignal): Promise<Charge>
  capture(reference: string, signal: AbortSignal): Promise<Charge>
  /** Closes a charge for ever unless it has been captured: no later call can take money on it. */
  cancel(reference: string, signal: AbortSignal): Promise<Charge>
  refund(request: RefundRequest, signal: AbortSignal): Promise<{ readonly refundId: string }>
  query(reference: string, signal: AbortSignal): Promise<Charge>
  /** The notice in a callback, or null if its signature is not the provider's. */
  readNotice(body: string, signature: string): Promise<PaymentNotice | null>
}

export type PaymentProviders = Readonly<Record<PaymentMethod, PaymentProvider>>
