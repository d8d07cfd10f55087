/** Configuration of a subgraph as a service, read from the environment and checked before anything starts. */
import { type SubgraphName, subgraphNames } from '@souk/contracts'
import { z } from 'zod'
import { subscriptionLimits } from './subscriptions/config.ts'

export type ServiceConfig = {
  readonly host: string
  readonly port: number
  readonly databaseUrl: string
  readonly viewerSecret: string
  readonly logLevel: string
  readonly subscriptionsMax: number
  readonly urls: Readonly<Record<SubgraphName, string>>
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** `service-providers` is SOUK_SERVICE_PROVIDERS_URL. */
export const urlVariableOf = (name: SubgraphName): string =>
  `SOUK_${name.replaceAll('-', '_').toUpperCase()}_URL`

const portFirst = 4001

export const defaultPortOf = (name: SubgraphName): number => portFirst + subgraphNames.indexOf(name)

const secretsAllowed =
  'secrets of at least 32 characters, with commas between and the same for the gateway and all subgraphs; the first one signs'

export function readServiceConfig(name: SubgraphName, environment: NodeJS.ProcessEnv): ServiceConfig {
  const schema = z.object({
    SOUK_HOST: z.string().default('127.0.0.1'),
    SOUK_PORT: z.coerce.number().int().min(0).max(65_535).default(defaultPortOf(name)),
    DATABASE_URL: z.url({
      protocol: /^postgres(ql)?$/,
      error: 'the URL of a PostgreSQL database, such as postgresql://user@host/souk',
    }),
    SOUK_VIEWER_SECRET: z
      .string({ error: secretsAllowed })
      .refine((text) => text.split(',').every((secret) => secret.trim().length >= 32), secretsAllowed),
    SOUK_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    SOUK_SUBSCRIPTIONS_MAX: z.coerce.number().int().min(1).default(subscriptionLimits.streamsMax),
    ...Object.fromEntries(
      subgraphNames.map((each) => [
        urlVariableOf(each),
        z.url().default(`http://127.0.0.1:${defaultPortOf(each)}/graphql`),
      ]),
    ),
  })
  const parsed = schema.safeParse(environment)
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => explain(issue, environment)).join('\n'))
  const values = parsed.data as typeof parsed.data & Record<string, string>
  return {
    host: values.SOUK_HOST,
    port: values.SOUK_PORT,
    databaseUrl: values.DATABASE_URL,
    viewerSecret: values.SOUK_VIEWER_SECRET,
    logLevel: values.SOUK_LOG_LEVEL,
    subscriptionsMax: values.SOUK_SUBSCRIPTIONS_MAX,
    urls: Object.fromEntries(subgraphNames.map((each) => [each, values[urlVariableOf(each)]])) as Record<
      SubgraphName,
      string
    >,
  }
}

function explain(issue: z.core.$ZodIssue, environment: NodeJS.ProcessEnv): string {
  const variable = String(issue.path[0])
  const value = environment[variable]
  return value === undefined
    ? `${variable} is not set. It takes ${issue.message}.`
    : `${variable} is ${variable === 'SOUK_VIEWER_SECRET' ? '(hidden)' : `"${value}"`}. It takes ${issue.message}.`
}
