/** A stand-in for WeChat Pay and Alipay that behaves as its payment token says and keeps books like a real one. */
import { Fault, type Ids } from '@souk/contracts'
import type { Clock } from '@souk/kit'
import { z } from 'zod'
import { sandboxLimits, sandboxSecrets } from '../config.ts'
import { ordersError } from '../errors.ts'
import type { PaymentMethod } from '../order/order.ts'
import type { Charge, PaymentNotice, PaymentProvider } from './payment-provider.ts'
import type { SandboxCharge, SandboxChargeState, SandboxChargeStore } from './sandbox-charge-store.ts'
import { isSignedBy, signNotice } from './sign-notice.ts'

/** The state of a charge right after it was asked for. A token that isn't here is declined. */
const firstStates: Readonly<Record<string, SandboxChargeState>> = {
  'sandbox-approve': 'AUTHORIZED',
  'sandbox-decline': 'DECLINED',
  'sandbox-slow': 'PENDING',
  'sandbox-error-once': 'ERROR',
}

export type SandboxOptions = {
  readonly method: PaymentMethod
  readonly secret: string
  readonly charges: SandboxChargeStore
  readonly clock: Clock
  readonly ids: Ids
}

export function sandboxPaymentProvider({
  method,
  secret,
  charges,
  clock,
  ids,
}: SandboxOptions): PaymentProvider {
  const slowBefore = (): Date => new Date(clock.now().getTime() - sandboxLimits.slowApprovalMs)
  return {
    method,
    authorize: async ({ reference, token, amount }) => {
      const state = firstStates[token] ?? 'DECLINED'
      const now = clock.now()
      const { amount: minor, currency } = amount
      const opened = {
        reference,
        provider: method,
        chargeId: ids.next(),
        token,
        amount: minor,
        currency,
        state,
        now,
        slowBefore: slowBefore(),
      }
      return toCharge(await charges.authorize(opened))
    },
    capture: async (reference) => toCharge(await charges.capture(reference, clock.now())),
    cancel: async (reference) =>
      toCharge(await charges.cancel({ reference, provider: method, chargeId: ids.next(), now: clock.now() })),
    refund: async ({ reference, refundReference, amount }) => {
      const refund = {
        reference,
        refundReference,
        refundId: ids.next(),
        amount: amount.amount,
        now: clock.now(),
      }
      const refundId = await charges.refund(refund)
      if (refundId === null)
        throw new Fault(
          'SUBGRAPH_UNAVAILABLE',
          `${method} refuses the refund ${refundReference} of ${reference}.`,
        )
      return { refundId }
    },
    query: async (reference) => toCharge(await charges.find(reference, slowBefore())),
    readNotice: async (body, signature) => {
      if (!isSignedBy(body, signature, secret)) return null
      const notice = parseNotice(body)
      // The stand-in is on both ends of the wire: what it tells us happened in its own books first.
      await charges.settle({
        reference: notice.reference,
        provider: method,
        state: notice.outcome,
        now: clock.now(),
      })
      return notice
    },
  }
}

export type SandboxNotice = {
  readonly provider: PaymentMethod
  /** The order that is paid. */
  readonly orderId: string
  readonly outcome?: PaymentNotice['outcome']
  /** The same id is the same notice. */
  readonly id?: string
}

/** What the sandbox would send to `paymentNotify`; for tests, and for a developer who plays the provider. */
export function signSandboxPaymentNotice(
  { provider, orderId, outcome = 'AUTHORIZED', id = `${orderId}-${outcome}` }: SandboxNotice,
  secret: string = sandboxSecrets[provider],
): { readonly provider: PaymentMethod; readonly body: string; readonly signature: string } {
  const body = JSON.stringify({
    id,
    reference: orderId,
    outcome,
    reason: outcome === 'DECLINED' ? 'DECLINED_BY_BUYER' : null,
  })
  return { provider, body, signature: signNotice(body, secret) }
}

const noticeSchema = z.object({
  id: z.string().min(1).max(200),
  reference: z.string().min(1).max(200),
  outcome: z.enum(['AUTHORIZED', 'CAPTURED', 'DECLINED']),
  reason: z.string().nullable(),
})

function parseNotice(body: string): PaymentNotice {
  try {
    return noticeSchema.parse(JSON.parse(body))
  } catch (cause) {
    throw ordersError(
      'NOTICE_MALFORMED',
      'The notice has a valid signature, but its body can not be read.',
      cause,
    )
  }
}

function toCharge(charge: SandboxCharge | null): Charge {
  if (charge === null) return { state: 'NONE' }
  switch (charge.state) {
    case 'PENDING':
    case 'AUTHORIZED':
    case 'CAPTURED':
      return { state: charge.state, chargeId: charge.chargeId }
    case 'DECLINED':
      return {
        state: 'DECLINED',
        reason: firstStates[charge.token] === undefined ? 'UNKNOWN_TOKEN' : 'DECLINED_BY_PROVIDER',
      }
    case 'CANCELLED':
      return { state: 'CANCELLED' }
    case 'ERROR':
      throw new Fault(
        'SUBGRAPH_UNAVAILABLE',
        'The sandbox payment provider fails this once, as its token says.',
      )
  }
}
