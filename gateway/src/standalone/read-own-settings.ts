/** Reads what Souk's own deployments are told: the environment, and the file that --config or SOUK_CONFIG names. */
import { ClientError, subgraphNames } from '@souk/contracts'
import type { GatewayConfig } from '../config.ts'
import type { ForwardRule } from '../transports/forward-headers.ts'
import type { TrafficOverrides } from '../transports/traffic-limits.ts'
import { findFile } from './find-file.ts'
import { readSettings, type SettingsFile, type StandaloneSettings } from './read-settings.ts'

export type OwnSettings = {
  readonly config: GatewayConfig
  readonly traffic: TrafficOverrides
  readonly forwarding: readonly ForwardRule[]
}

type Environment = Readonly<Record<string, string | undefined>>

export async function openOwnSettings(
  environment: Environment,
  name: string | undefined,
): Promise<OwnSettings> {
  const file = name ?? environment.SOUK_CONFIG
  if (file === undefined || (file === '' && name === undefined))
    return readOwnSettings(environment, undefined)
  const { text } = await findFile(file, environment.INIT_CWD)
  return readOwnSettings(environment, { name: file, text })
}

export function readOwnSettings(environment: Environment, file: SettingsFile | undefined): OwnSettings {
  const settings = readSettings({ environment, file, port: undefined, isOwn: true })
  const problem = whatIsWrong(settings)
  if (problem !== undefined) throw new ClientError('GW_CONFIG_INVALID', `${file?.name} ${problem}.`)
  const { config, traffic, forwarding } = settings
  return { config, traffic, forwarding }
}

function whatIsWrong({
  urls,
  subscriptions,
  traffic,
  forwarding,
  returning,
  fixedHeaders,
}: StandaloneSettings) {
  if (Object.keys(urls).length > 0) return 'has "urls"; Souk\'s own subgraphs have settings for theirs'
  if (Object.keys(subscriptions).length > 0) return 'has "subscriptions", which only other subgraphs have'
  if (fixedHeaders.length > 0) return 'sets headers, which only other subgraphs are sent'
  if (returning.length > 0) return "returns headers, which only other subgraphs' answers have"
  // Souk's subgraphs are shown a signed viewer. A credential that gets there as well is one more place to lose it.
  const secret = forwarding.find(({ forward }) => /^(proxy-)?authorization$|^cookie$/i.test(forward))
  if (secret !== undefined) return `forwards ${secret.forward}, which Souk's own subgraphs are never sent`
  const named = [...Object.keys(traffic), ...forwarding.flatMap(({ to = [] }) => to)]
  const unknown = named.find((name) => !subgraphNames.some((known) => known === name))
  return unknown && `names the subgraph ${unknown}; there are ${subgraphNames.join(', ')}`
}
