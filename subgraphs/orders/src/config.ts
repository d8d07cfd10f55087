/** Every limit of the orders subgraph, and what it takes from the environment. */
import { z } from 'zod'
import { configInvalid } from './errors.ts'

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
  paymentTokenMax: 4_000,
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

const secretVariables = {
  WECHAT_PAY: 'SOUK_WECHAT_PAY_SECRET',
  ALIPAY: 'SOUK_ALIPAY_SECRET',
  SANDBOX_EXPRESS: 'SOUK_SANDBOX_EXPRESS_SECRET',
} as const

type Environment = Readonly<Record<string, string | undefined>>

/** In production it starts with the sandbox only if somebody has said so, and never with secrets that everybody knows. */
export function readOrdersConfig(environment: Environment): OrdersConfig {
  const isProduction = readMode(environment) === 'production'
  checkSandbox(environment, isProduction)
  const secret = (party: keyof typeof secretVariables): string =>
    readSecret(environment, {
      variable: secretVariables[party],
      fallback: sandboxSecrets[party],
      isProduction,
    })
  return {
    noticeSecrets: {
      WECHAT_PAY: secret('WECHAT_PAY'),
      ALIPAY: secret('ALIPAY'),
      SANDBOX_EXPRESS: secret('SANDBOX_EXPRESS'),
    },
  }
}

// A mode that is misspelt must not be the lax one.
function readMode({ SOUK_MODE }: Environment): 'development' | 'production' {
  const parsed = z.enum(['development', 'production']).safeParse(SOUK_MODE || 'development')
  if (!parsed.success)
    throw configInvalid(`SOUK_MODE is "${SOUK_MODE}"; allowed is development or production.`)
  return parsed.data
}

function checkSandbox({ SOUK_PAYMENT_SANDBOX }: Environment, isProduction: boolean): void {
  if (SOUK_PAYMENT_SANDBOX && SOUK_PAYMENT_SANDBOX !== 'allow')
    throw configInvalid(`SOUK_PAYMENT_SANDBOX is "${SOUK_PAYMENT_SANDBOX}"; allowed is allow.`)
  if (isProduction && !SOUK_PAYMENT_SANDBOX) {
    throw configInvalid(
      'SOUK_PAYMENT_SANDBOX is not set: all payment providers are sandboxes, in which anybody buys with play money, so in production set SOUK_PAYMENT_SANDBOX=allow if that is what you want.',
    )
  }
}

function readSecret(
  environment: Environment,
  { variable, fallback, isProduction }: { variable: string; fallback: string; isProduction: boolean },
): string {
  const value = environment[variable] || fallback
  if (value.length < secretLengthMin)
    throw configInvalid(`${variable} is too short: set at least ${secretLengthMin} characters.`)
  if (isProduction && publicSecrets.includes(value)) {
    throw configInvalid(
      `${variable} has its default, which is public, so that anybody could sign notices: in production set ${secretLengthMin} or more characters of your own.`,
    )
  }
  return value
}

const secretLengthMin = 16

const publicSecrets: readonly string[] = Object.values(sandboxSecrets)
