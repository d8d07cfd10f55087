/** A stand-in for a carrier: waybills that follow from the parcel's id, and signed tracking notices. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { sandboxSecrets, textLimits } from '../config.ts'
import { ordersError } from '../errors.ts'
import { isSignedBy, signNotice } from '../payment/sign-notice.ts'
import type { Carrier, CarrierProvider, TrackingNotice } from './carrier-provider.ts'
import { type TrackingCode, trackingCodes } from './shipment-state.ts'

export function sandboxCarrier(secret: string): CarrierProvider {
  return {
    carrier: 'SANDBOX_EXPRESS',
    createWaybill: async (reference) => {
      const digits = createHash('sha256').update(reference).digest().readBigUInt64BE(0) % 1_000_000_000_000n
      return `SX${digits.toString().padStart(12, '0')}`
    },
    readNotice: (body, signature) => (isSignedBy(body, signature, secret) ? parseNotice(body) : null),
  }
}

export type SandboxTracking = {
  readonly waybill: string
  readonly events: readonly {
    readonly id: string
    readonly code: TrackingCode
    readonly occurredAt: string
    readonly description?: string
    readonly location?: string
  }[]
}

/** What the sandbox carrier would send to `carrierNotify`; for tests, and for a developer who plays the carrier. */
export function signSandboxTracking(
  tracking: SandboxTracking,
  secret: string = sandboxSecrets.SANDBOX_EXPRESS,
): { readonly carrier: Carrier; readonly body: string; readonly signature: string } {
  const body = JSON.stringify(tracking)
  return { carrier: 'SANDBOX_EXPRESS', body, signature: signNotice(body, secret) }
}

const noticeSchema = z.object({
  waybill: z.string().min(1).max(64),
  events: z
    .array(
      z.object({
        id: z.string().min(1).max(200),
        code: z.enum(trackingCodes),
        occurredAt: z.iso.datetime({ offset: true }),
        description: z.string().max(500).default(''),
        location: z.string().max(200).nullable().default(null),
      }),
    )
    .min(1)
    .max(textLimits.trackingEventsMax),
})

function parseNotice(body: string): TrackingNotice {
  try {
    const { waybill, events } = noticeSchema.parse(JSON.parse(body))
    return { waybill, events: events.map((event) => ({ ...event, occurredAt: new Date(event.occurredAt) })) }
  } catch (cause) {
    throw ordersError(
      'NOTICE_MALFORMED',
      'The notice has a valid signature, but its body can not be read.',
      cause,
    )
  }
}
