/** What stands between a plan and its run: the schema is told or not, the cost is limited, and budgets are charged. */
import { ClientError, type Viewer } from '@souk/contracts'
import type { GatewayConfig } from '../config.ts'
import { refuseRequest } from '../errors.ts'
import type { CompiledOperation } from '../request/operation.ts'
import type { SeenOperation } from '../request/request-summary.ts'
import { refuseIntrospection } from './limit-introspection.ts'
import type { Asking, Charge, RatePolicy } from './rate-limit-operation.ts'

export type ChargingGateway = {
  readonly config: GatewayConfig
  readonly rates: RatePolicy
  /** The app that the viewer's token was issued to. */
  readonly appOf: (viewer: Viewer) => string | undefined
}

export type ChargedAsker = {
  readonly viewer: Viewer
  /** Seen through our own proxies. */
  readonly address?: string | undefined
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly request: { readonly isDryRun?: boolean }
  /** Headers that the answer is to have, if it can have any. */
  readonly replyHeaders?: Record<string, string>
  readonly seen: SeenOperation
}

export type CostExtension = { readonly estimated: number; readonly actual?: number; readonly max: number }

export type ChargedOperation = {
  /** The client wants to know what it would cost, and nothing is to be run. */
  readonly isDryRun: boolean
  /** For the answer, where the client wants it. */
  readonly extensions: () => { readonly cost?: CostExtension }
  /** Once it has run. It is counted only where somebody wants to know. */
  readonly settle: (count: () => number) => Promise<void>
  /** Before another event of a subscription is answered. Throws `GW_RATE_LIMITED` if a budget has too little left for it. */
  readonly chargeEvent: () => Promise<Pick<ChargedOperation, 'settle'>>
}

type Planned = {
  readonly operation: Pick<CompiledOperation, 'cost' | 'countIntrospection'>
  readonly variables: Readonly<Record<string, unknown>>
}

export async function chargeOperation(
  { config, rates, appOf }: ChargingGateway,
  asked: ChargedAsker,
  planned: Planned,
): Promise<ChargedOperation> {
  const introspection = costOfIntrospection(config, asked.viewer, planned)
  const estimated = bounded(planned.operation.cost.estimate(planned.variables, config) + introspection)
  const isDryRun = asked.request.isDryRun === true || asked.headers['x-souk-dry-run'] === '1'
  asked.seen.cost = estimated
  // Whoever asks what it would cost is told, also that it is too much.
  if (!isDryRun) refuseCostly(estimated, config.costMax)
  const chargeOnce = async (cost: number): Promise<Charge> => await rates.charge(askingOf(asked, appOf), cost)
  const charge = await chargeOnce(isDryRun ? 0 : estimated)
  Object.assign(asked.replyHeaders ?? {}, charge.headers())
  const wantsCost = isDryRun || asked.headers['x-souk-cost'] === '1'
  let actual: number | undefined
  return {
    isDryRun,
    extensions: () =>
      wantsCost ? { cost: { estimated, ...(actual !== undefined && { actual }), max: config.costMax } } : {},
    async settle(count) {
      if (!wantsCost && config.rateLimits === 'off') return
      actual = bounded(count() + introspection)
      await settleCharge(charge, actual, asked)
    },
    async chargeEvent() {
      const event = await chargeOnce(estimated)
      return {
        async settle(count) {
          if (config.rateLimits === 'on') await event.settle(bounded(count()))
        },
      }
    },
  }
}

/**
 * What is refused before it has a cost takes 1 all the same: to read it and find out took work, and a client that sends nothing else
 * would never be stopped. Where the budget is empty, that is what the client is told instead.
 */
export async function chargeRefused<Prepared>(
  { rates, appOf }: Pick<ChargingGateway, 'rates' | 'appOf'>,
  asked: ChargedAsker,
  prepare: () => Promise<Prepared>,
): Promise<Prepared> {
  try {
    return await prepare()
  } catch (error) {
    if (error instanceof ClientError && error.code !== 'GW_RATE_LIMITED') {
      const charge = await rates.charge(askingOf(asked, appOf), 1)
      Object.assign(asked.replyHeaders ?? {}, charge.headers())
    }
    throw error
  }
}

const askingOf = ({ viewer, address, headers }: ChargedAsker, appOf: ChargingGateway['appOf']): Asking => ({
  viewer,
  app: appOf(viewer),
  address,
  headers,
})

async function settleCharge(charge: Charge, actual: number, { replyHeaders }: ChargedAsker): Promise<void> {
  await charge.settle(actual)
  Object.assign(replyHeaders ?? {}, charge.headers())
}

// It is answered from memory: a hundred values of it are as good as one object that has to be fetched.
const introspectionValuesForOne = 100

function costOfIntrospection(
  { introspection, introspectionValuesMax }: GatewayConfig,
  viewer: Viewer,
  { operation, variables }: Planned,
): number {
  if (operation.countIntrospection === undefined) return 0
  refuseIntrospection(viewer, introspection)
  return Math.ceil(
    operation.countIntrospection(variables, introspectionValuesMax) / introspectionValuesForOne,
  )
}

// JSON has no infinity.
const bounded = (cost: number): number => Math.min(cost, Number.MAX_SAFE_INTEGER)

function refuseCostly(cost: number, costMax: number): void {
  if (cost <= costMax) return
  throw refuseRequest(
    'GW_COST_EXCEEDED',
    `The operation would cost ${cost}; at most ${costMax} is allowed (SOUK_COST_MAX). Ask for fewer fields or shorter lists.`,
    { limit: costMax, value: cost },
  )
}
