/** Every limit of the orders subgraph, and what it takes from the environment. */
import { z } from 'zod'

const second = 1_000
const minute = 60 * second

export const cartLimits = { itemsMax: 100, quantityMax: 999 } as const

// Long enough to fill in an address; short, because a shop that lowers stock or raises a price should not be held to it for long.
export const checkoutLifeMs = 15 * minute

export const placeOrderLimits = {
  /** How long a client waits for the whole flow. After that it gets the order as it is, and the flow goes on. */
  requestMs: 5 * second,
  // Longer than any provider's own retry window. Releasing early sells the same unit twice, which a customer sees;
  // releasing late only hides a unit from sale for some minutes.
  stockHoldMs: 20 * minute,
  /** One call to a payment provider. */
  providerMs: 8 * second,
  // Longer than every outside call of one step (10 s to a subgraph): two runs of one order may never overlap. A crash costs this long.
  leaseMs: 30 * second,
  /** How often a payment that the buyer still has to approve is asked for at the provider. */
  pendingPollMs: 30 * second,
  retryMsMin: 1 * second,
  retryMsMax: 60 * second,
  /** A duplicate that finds the order in another run's hands looks again this often. */
  watchMsMin: 20,
  watchMsMax: 250,
} as const

export const refundLimits = {
  requestMs: 5 * second,
  providerMs: 8 * second,
  leaseMs: 30 * second,
  retryMsMin: 1 * second,
  retryMsMax: 60 * second,
} as const

/** One run of a resume job takes this many at a time, and stops after so many rounds: the next minute goes on. */
export const resumeLimits = { batchMax: 20, roundsMax: 50 } as const

export const textLimits = {
  reasonMax: 1_000,
  addressFieldMax: 200,
  idempotencyKeyMax: 200,
  noticeBytesMax: 64 * 1024,
  trackingEventsMax: 200,
} as const

export const importLimits = { ordersMax: 5_000, linesMax: 50_000, casesMax: 5_000 } as const

export const sandboxLimits = {
  /** `sandbox-slow` is approved by itself after this, as if the buyer had taken out the telephone. */
  slowApprovalMs: 5 * second,
} as const

/** Secrets that sign the notices of providers. The defaults are for the sandbox, where no money moves. */
export type OrdersConfig = {
  readonly noticeSecrets: {
    readonly WECHAT_PAY: string
    readonly ALIPAY: string
    readonly SANDBOX_EXPRESS: string
  }
}

export const sandboxSecrets = {
  WECHAT_PAY: 'sandbox-wechat-pay-notice-secret',
  ALIPAY: 'sandbox-alipay-notice-secret',
  SANDBOX_EXPRESS: 'sandbox-express-notice-secret',
} as const

export function readOrdersConfig(environment: NodeJS.ProcessEnv): OrdersConfig {
  const secret = (name: string, fallback: string): string => {
    const parsed = z
      .string()
      .min(16)
      .safeParse(environment[name] ?? fallback)
    if (!parsed.success) throw new Error(`${name} takes at least 16 characters.`)
    return parsed.data
  }
  return {
    noticeSecrets: {
      WECHAT_PAY: secret('SOUK_WECHAT_PAY_SECRET', sandboxSecrets.WECHAT_PAY),
      ALIPAY: secret('SOUK_ALIPAY_SECRET', sandboxSecrets.ALIPAY),
      SANDBOX_EXPRESS: secret('SOUK_SANDBOX_EXPRESS_SECRET', sandboxSecrets.SANDBOX_EXPRESS),
    },
  }
}
