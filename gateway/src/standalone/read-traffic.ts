/** Reads `"traffic"` of the --config file: for each subgraph, the settings of its calls that are not as they are for all. */
import { ClientError } from '@souk/contracts'
import { settings } from '../settings.ts'
import type { TrafficLimits, TrafficOverrides } from '../transports/traffic-limits.ts'

/** Each reads like the setting for all subgraphs, and allows what that one does. */
const settingsByKey = {
  msMax: settings.subgraphMsMax,
  retriesMax: settings.subgraphRetriesMax,
  retryPercent: settings.subgraphRetryPercent,
  callsMax: settings.subgraphCallsMax,
  queueMax: settings.subgraphQueueMax,
  queueMsMax: settings.subgraphQueueMsMax,
  breakerPercent: settings.subgraphBreakerPercent,
  breakerCallsMin: settings.subgraphBreakerCallsMin,
  breakerWindowMs: settings.subgraphBreakerWindowMs,
  breakerOpenMs: settings.subgraphBreakerOpenMs,
  sharedCalls: settings.sharedCalls,
} as const

export function readTraffic(file: string, value: unknown): TrafficOverrides {
  return Object.fromEntries(
    Object.entries(objectAt(file, 'traffic', value)).map(([subgraph, limits]) => [
      subgraph,
      readLimits(file, `traffic.${subgraph}`, limits),
    ]),
  )
}

function readLimits(file: string, place: string, value: unknown): Partial<TrafficLimits> {
  const read = Object.entries(objectAt(file, place, value)).map(([key, given]) => {
    if (!isTrafficKey(key)) throw wrong(`${file} has no setting "${key}" in ${place}`)
    const { allowed, schema } = settingsByKey[key]
    const parsed = schema.safeParse(String(given))
    if (!parsed.success)
      throw wrong(`${place}.${key} in ${file} is ${JSON.stringify(given)}; allowed is ${allowed}`)
    return key === 'sharedCalls' ? ['sharesCalls', parsed.data === 'on'] : [key, parsed.data]
  })
  return Object.fromEntries(read) as Partial<TrafficLimits>
}

const isTrafficKey = (key: string): key is keyof typeof settingsByKey => Object.hasOwn(settingsByKey, key)

function objectAt(file: string, place: string, value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw wrong(`${file} has a mistake at ${place}: it is not an object`)
}

const wrong = (message: string): ClientError => new ClientError('GW_CONFIG_INVALID', `${message}.`)
