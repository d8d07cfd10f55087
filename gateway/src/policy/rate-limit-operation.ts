/** Takes what an operation costs from the budgets of who asks and of the app that asks, and says what is left. */
import type { Viewer } from '@souk/contracts'
import { refuseRequest } from '../errors.ts'
import { networkOf } from './rate-limit-address.ts'
import type { BucketLevels, RateBucket, RateDecision, RateLimiter } from './rate-limiter.ts'

export type RateBudgets = {
  /** What each may spend in a minute, and at once. */
  readonly rateViewerCost: number
  readonly rateAddressCost: number
  readonly rateAppCost: number
}

export type Asking = {
  readonly viewer: Viewer
  /** The app that the viewer's token was issued to. */
  readonly app: string | undefined
  /** Of the connection, seen through our own proxies. */
  readonly address: string | undefined
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

export type RatePolicy = {
  /** Throws `GW_RATE_LIMITED` if a budget has too little left. */
  readonly charge: (asking: Asking, cost: number) => Promise<Charge>
}

export type Charge = {
  /** Once it is known what the operation really cost. */
  readonly settle: (cost: number) => Promise<void>
  /** What is left, for the answer. */
  readonly headers: () => RateHeaders
}

export type RateHeaders = Readonly<Record<string, string>>

export type RateOptions = {
  readonly limiter: RateLimiter
  readonly budgets: RateBudgets
  /** Where the limiter itself failed. The operation runs. */
  readonly onFault: (error: unknown) => void
}

/** For a gateway without budgets. */
export const noRates: RatePolicy = {
  charge: () => Promise.resolve({ settle: () => Promise.resolve(), headers: () => ({}) }),
}

export function createRates({ limiter, budgets, onFault }: RateOptions): RatePolicy {
  return {
    async charge(asking, cost) {
      const named = bucketsOf(asking, budgets)
      const buckets = named.map(({ bucket }) => bucket)
      const charged = costWithin(cost, buckets)
      const decision = await attempt(() => limiter.take(buckets, charged))
      if (decision === undefined) return await noRates.charge(asking, cost)
      if (!decision.isTaken) throw refuse(named, decision, charged)
      let { levels } = decision
      return {
        async settle(actual) {
          const settled = await attempt(() => limiter.settle(buckets, charged - costWithin(actual, buckets)))
          levels = settled ?? levels
        },
        headers: () => rateHeaders(named, levels),
      }
    },
  }

  async function attempt<Value>(run: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await run()
    } catch (error) {
      onFault(error)
      return undefined
    }
  }
}

// Planning costs something too, so nothing is for nothing. An operation that costs more than a bucket holds takes a full one.
const costWithin = (cost: number, buckets: readonly RateBucket[]): number =>
  Math.min(Math.max(1, cost), ...buckets.map(({ capacity }) => capacity))

type NamedBucket = { readonly policy: 'viewer' | 'address' | 'app'; readonly bucket: RateBucket }

const windowSeconds = 60

function bucketsOf(asking: Asking, budgets: RateBudgets): readonly NamedBucket[] {
  const { viewer, address } = asking
  const who: NamedBucket =
    viewer.kind === 'user'
      ? { policy: 'viewer', bucket: bucketOf(`viewer ${viewer.userId}`, budgets.rateViewerCost) }
      : {
          policy: 'address',
          bucket: bucketOf(`address ${networkOf(address ?? 'unknown')}`, budgets.rateAddressCost),
        }
  const app = appOf(asking)
  return app === undefined
    ? [who]
    : [who, { policy: 'app', bucket: bucketOf(`app ${app}`, budgets.rateAppCost) }]
}

const bucketOf = (key: string, perMinute: number): RateBucket => ({
  key,
  capacity: perMinute,
  perSecond: perMinute / windowSeconds,
})

// An app that a token vouches for does not share a budget with whoever only says its name.
function appOf({ app, headers }: Asking): string | undefined {
  if (app !== undefined) return `verified ${app}`
  const named = headers['x-souk-app']
  return named !== undefined && /^[\w.:/-]{1,64}$/.test(named) ? `named ${named}` : undefined
}

function refuse(
  named: readonly NamedBucket[],
  decision: Extract<RateDecision, { isTaken: false }>,
  cost: number,
): Error {
  const { levels, missing } = decision
  const { policy, bucket } = named[missing] as NamedBucket
  const left = Math.floor(levels[missing] ?? 0)
  const retryAfterSeconds = Math.max(1, Math.ceil((cost - (levels[missing] ?? 0)) / bucket.perSecond))
  return refuseRequest(
    'GW_RATE_LIMITED',
    `The operation costs ${cost}, and ${left} of ${bucket.capacity} a minute are left for this ${policy}. Try again in ${retryAfterSeconds} s.`,
    {
      policy,
      limit: bucket.capacity,
      value: cost,
      left,
      retryAfterSeconds,
      headers: { ...rateHeaders(named, levels), 'retry-after': String(retryAfterSeconds) },
    },
  )
}

/** As draft-ietf-httpapi-ratelimit-headers has them: `q` in `w` seconds; `r` are left, and all are back in `t` seconds. */
function rateHeaders(named: readonly NamedBucket[], levels: BucketLevels): RateHeaders {
  const policies = named.map(
    ({ policy, bucket }) => `"${policy}";q=${bucket.capacity};w=${windowSeconds};qu="cost"`,
  )
  const states = named.map(({ policy, bucket }, index) => {
    const level = levels[index] ?? 0
    return `"${policy}";r=${Math.floor(level)};t=${Math.ceil((bucket.capacity - level) / bucket.perSecond)}`
  })
  return { 'ratelimit-policy': policies.join(', '), ratelimit: states.join(', ') }
}
