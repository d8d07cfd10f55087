/** Environment to a frozen GatewayConfig, by the table of settings. */
import { ClientError } from '@souk/contracts'
import { z } from 'zod'
import { settings } from './settings.ts'

export type GatewayConfig = Omit<z.infer<typeof configSchema>, 'seed'> & { readonly seed: Seed }

export type Seed = 'none' | 'demo'

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
    for (const variable of requiredInProduction) {
      if (!environment[variable]) problems.push(`${variable} is not set; in production it has to be.`)
    }
  }
  if (!parsed.success || problems.length > 0)
    throw new ClientError('GW_CONFIG_INVALID', [...new Set(problems)].join('\n'))
  return Object.freeze({ ...parsed.data, seed: parsed.data.seed ?? seedOf(parsed.data.mode) })
}

// Invented shops and buyers are what a newcomer wants to see, and what nobody wants among real ones.
const seedOf = (mode: 'development' | 'production'): Seed => (mode === 'production' ? 'none' : 'demo')

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(settings, name)

/** Every setting for the README and for `--help`. */
export const describeSettings = (): readonly { readonly variable: string; readonly allowed: string }[] =>
  Object.values(settings)

// What stands between a stranger and other people's orders has no default where it counts.
const requiredInProduction = ['SOUK_VIEWER_SECRET', 'SOUK_JWKS_URL'] as const

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
