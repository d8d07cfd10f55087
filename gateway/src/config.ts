/** Environment to a frozen GatewayConfig, by the table of settings. */
import { ClientError } from '@souk/contracts'
import { z } from 'zod'
import { settings } from './settings.ts'

export type GatewayConfig = Omit<z.infer<typeof configSchema>, ModeSetting> & ByMode

export type Seed = 'none' | 'demo'

type ModeSetting = 'seed' | 'introspection' | 'rateLimits' | 'drainDelayMs'

/** Settings whose default depends on the mode. */
type ByMode = {
  readonly seed: Seed
  readonly introspection: 'on' | 'off' | 'signed-in'
  readonly rateLimits: 'on' | 'off'
  readonly drainDelayMs: number
}

/** Settings from elsewhere than the environment: what they are called there, and as what text they are to be read. */
export type GivenSettings = Readonly<
  Partial<Record<SettingName, { readonly name: string; readonly text: string }>>
>

export type SettingName = keyof typeof settings

export type ReadConfigOptions = {
  /** They win over the environment. */
  readonly given?: GivenSettings
  /** A graph of somebody else may do without tokens and viewers, in production too. */
  readonly isStandalone?: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

export function readConfig(
  environment: Environment,
  { given = {}, isStandalone = false }: ReadConfigOptions = {},
): GatewayConfig {
  const values: Record<string, string | undefined> = Object.fromEntries(
    Object.entries(settings).map(([key, { variable }]) => [key, environment[variable] || undefined]),
  )
  for (const [key, { text }] of Object.entries(given)) values[key] = text
  const parsed = configSchema.safeParse(values)
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => describeIssue(issue.path[0], { values, given }))
  if (values.mode === 'production' && !isStandalone) {
    for (const name of requiredInProduction) {
      if (!values[name]) problems.push(`${settings[name].variable} is not set; in production it has to be.`)
    }
  }
  if (parsed.success) problems.push(...refuseTogether(parsed.data))
  if (!parsed.success || problems.length > 0)
    throw new ClientError('GW_CONFIG_INVALID', [...new Set(problems)].join('\n'))
  return Object.freeze({ ...parsed.data, ...byMode(parsed.data) })
}

// Each of them is allowed alone.
function refuseTogether(config: z.infer<typeof configSchema>): readonly string[] {
  const problems: string[] = []
  if (config.corsCredentials === 'included' && !config.corsOrigins.some((origin) => origin !== '*'))
    problems.push('SOUK_CORS_CREDENTIALS is included; it needs SOUK_CORS_ORIGINS to list origins, and not *.')
  if (config.documents === 'safelist' && config.trustedDocuments === undefined)
    problems.push(
      'SOUK_DOCUMENTS is safelist; SOUK_TRUSTED_DOCUMENTS has to name the manifest of what is safe.',
    )
  return problems
}

function byMode({ mode, ...given }: z.infer<typeof configSchema>): ByMode {
  const { seed, introspection, rateLimits, drainDelayMs } = given
  const isProduction = mode === 'production'
  return {
    // Invented shops and buyers are what a newcomer wants to see, and what nobody wants among real ones.
    seed: seed ?? (isProduction ? 'none' : 'demo'),
    // The schema is no secret among those who build on it, and whoever looks for a way in need not be handed the plan.
    introspection: introspection ?? (isProduction ? 'signed-in' : 'on'),
    // Whoever loads their own gateway to see what it holds wants to see that, and not a budget.
    rateLimits: rateLimits ?? (isProduction ? 'on' : 'off'),
    // A balancer looks every few seconds; whoever presses Ctrl-C has none.
    drainDelayMs: drainDelayMs ?? (isProduction ? 5_000 : 0),
  }
}

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(settings, name)

/** Every setting for the README and for `--help`. */
export const describeSettings = (): readonly { readonly variable: string; readonly allowed: string }[] =>
  Object.values(settings)

// What stands between a stranger and other people's orders has no default where it counts.
const requiredInProduction = ['viewerSecret', 'jwksUrl'] as const

const configSchema = z.object(
  Object.fromEntries(Object.entries(settings).map(([name, { schema }]) => [name, schema])) as {
    [Name in SettingName]: (typeof settings)[Name]['schema']
  },
)

type ReadValues = {
  readonly values: Readonly<Record<string, string | undefined>>
  readonly given: GivenSettings
}

function describeIssue(key: PropertyKey | undefined, { values, given }: ReadValues): string {
  const [name, setting] = Object.entries(settings).find(([one]) => one === key) ?? []
  if (name === undefined || setting === undefined) return `A setting is not valid: ${String(key)}.`
  // A secret is named, never shown.
  const value = name === 'viewerSecret' ? '(hidden)' : JSON.stringify(values[name])
  return `${given[name as SettingName]?.name ?? setting.variable} is ${value}; allowed is ${setting.allowed}.`
}
