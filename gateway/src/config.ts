/** Environment to a frozen GatewayConfig. Every limit of the gateway is named here, with its default. */
import { ClientError } from '@souk/contracts'
import { z } from 'zod'

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

// A signed viewer lives for 60 s and is reused for 20 s: a request that runs longer than this could outlive its own.
const requestMsLimit = 40_000
// A timer that is set for longer fires at once.
const timerMsLimit = 2_147_483_647

const settings = {
  port: { variable: 'SOUK_PORT', allowed: 'a port from 0 to 65535; 0 takes a free one (default 4000)' },
  host: { variable: 'SOUK_HOST', allowed: 'a host name or address to listen on (default 127.0.0.1)' },
  mode: { variable: 'SOUK_MODE', allowed: 'development or production (default development)' },
  dataDir: { variable: 'SOUK_DATA_DIR', allowed: 'a folder that may be written to (default .souk)' },
  databaseUrl: {
    variable: 'DATABASE_URL',
    allowed: 'a postgresql:// URL (default: a PostgreSQL of our own)',
  },
  seed: { variable: 'SOUK_SEED', allowed: 'none or demo (default demo, in production none)' },
  logLevel: {
    variable: 'SOUK_LOG_LEVEL',
    allowed: 'fatal, error, warn, info, debug, trace or silent (default info)',
  },
  subgraphErrors: {
    variable: 'SOUK_SUBGRAPH_ERRORS',
    allowed: 'masked or shown: what clients see of a fault inside a subgraph (default masked)',
  },
  jwksUrl: {
    variable: 'SOUK_JWKS_URL',
    allowed: 'the http(s) URL of a JWKS (default in development: keys of our own)',
  },
  jwtIssuer: { variable: 'SOUK_JWT_ISSUER', allowed: 'the issuer that tokens name (default souk)' },
  jwtAudience: {
    variable: 'SOUK_JWT_AUDIENCE',
    allowed: 'the audience that tokens name (default souk-gateway)',
  },
  viewerSecret: {
    variable: 'SOUK_VIEWER_SECRET',
    allowed: 'a secret of at least 32 characters, the same in every subgraph',
  },
  productsUrl: {
    variable: 'SOUK_PRODUCTS_URL',
    allowed: 'an http(s) URL (default http://127.0.0.1:4001/graphql)',
  },
  contentUrl: {
    variable: 'SOUK_CONTENT_URL',
    allowed: 'an http(s) URL (default http://127.0.0.1:4002/graphql)',
  },
  creatorsUrl: {
    variable: 'SOUK_CREATORS_URL',
    allowed: 'an http(s) URL (default http://127.0.0.1:4003/graphql)',
  },
  ordersUrl: {
    variable: 'SOUK_ORDERS_URL',
    allowed: 'an http(s) URL (default http://127.0.0.1:4004/graphql)',
  },
  serviceProvidersUrl: {
    variable: 'SOUK_SERVICE_PROVIDERS_URL',
    allowed: 'an http(s) URL (default http://127.0.0.1:4005/graphql)',
  },
  bodyBytesMax: limit('SOUK_BODY_BYTES_MAX', 'bytes of a request body', 1_000_000),
  tokensMax: limit('SOUK_TOKENS_MAX', 'tokens of a document', 10_000),
  // Planning and projection recurse by level; some three hundred levels are more than a stack holds.
  depthMax: limit('SOUK_DEPTH_MAX', 'levels of an operation', 20, 200),
  aliasesMax: limit('SOUK_ALIASES_MAX', 'aliases of an operation', 100),
  rootFieldsMax: limit('SOUK_ROOT_FIELDS_MAX', 'root fields of an operation', 50),
  fieldsMax: limit('SOUK_FIELDS_MAX', 'fields of an operation, fragments written out', 2_000),
  validationErrorsMax: limit('SOUK_VALIDATION_ERRORS_MAX', 'errors listed for one document', 20),
  errorsMax: limit('SOUK_ERRORS_MAX', 'errors in one answer', 200),
  representationsMax: limit('SOUK_REPRESENTATIONS_MAX', 'entities in one fetch', 10_000),
  requestMsMax: limit('SOUK_REQUEST_MS_MAX', 'milliseconds for one request', 30_000, requestMsLimit),
  drainMsMax: limit(
    'SOUK_DRAIN_MS_MAX',
    'milliseconds to finish requests when stopping',
    10_000,
    timerMsLimit,
  ),
  requestsInFlightMax: limit('SOUK_REQUESTS_IN_FLIGHT_MAX', 'requests answered at once', 1_000),
  subgraphResponseBytesMax: limit(
    'SOUK_SUBGRAPH_RESPONSE_BYTES_MAX',
    'bytes of a subgraph response',
    32_000_000,
  ),
  subgraphConnectionsMax: limit('SOUK_SUBGRAPH_CONNECTIONS_MAX', 'connections to each subgraph', 64),
  subgraphStartMsMax: limit(
    'SOUK_SUBGRAPH_START_MS_MAX',
    'milliseconds to wait for subgraphs at start',
    60_000,
    timerMsLimit,
  ),
  compositionMsMax: limit(
    'SOUK_COMPOSITION_MS_MAX',
    'milliseconds to compose the subgraphs',
    60_000,
    timerMsLimit,
  ),
  planPlacesMax: limit(
    'SOUK_PLAN_PLACES_MAX',
    'places of an answer, counted for each runtime type, in one plan',
    20_000,
  ),
  planFetchesMax: limit('SOUK_PLAN_FETCHES_MAX', 'fetches of an operation', 500),
  planStepsMax: limit('SOUK_PLAN_STEPS_MAX', 'steps to weigh the ways of a plan, and to prove it', 5_000_000),
  planInlineStepsMax: limit(
    'SOUK_PLAN_INLINE_STEPS_MAX',
    'steps that planning may take before it goes to a thread of its own',
    20_000,
  ),
  planMsMax: limit('SOUK_PLAN_MS_MAX', 'milliseconds for a plan in that thread', 5_000, timerMsLimit),
  planQueueMax: limit('SOUK_PLAN_QUEUE_MAX', 'operations waiting for that thread', 64),
  documentsCachedMax: limit('SOUK_DOCUMENTS_CACHED_MAX', 'parsed documents kept', 1_000),
  plansCachedMax: limit('SOUK_PLANS_CACHED_MAX', 'plans kept', 1_000),
  cachedCharactersMax: limit(
    'SOUK_CACHED_CHARACTERS_MAX',
    'characters of all documents, and of all that have plans, kept',
    2_000_000,
  ),
  viewersCachedMax: limit('SOUK_VIEWERS_CACHED_MAX', 'signed viewers kept', 10_000),
} as const

const count = ({ fallback, most }: { readonly fallback: number; readonly most: number }) =>
  z
    .string()
    .regex(/^[1-9]\d{0,9}$/)
    .transform(Number)
    .pipe(z.number().max(most))
    .default(fallback)

const httpUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))

const configSchema = z.object({
  port: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.number().max(65_535))
    .default(4000),
  host: z
    .string()
    .regex(/^[\w.:-]+$/)
    .default('127.0.0.1'),
  mode: z.enum(['development', 'production']).default('development'),
  dataDir: z.string().default('.souk'),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/)
    .optional(),
  seed: z.enum(['none', 'demo']).optional(),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  subgraphErrors: z.enum(['masked', 'shown']).default('masked'),
  jwksUrl: httpUrl.optional(),
  jwtIssuer: z.string().default('souk'),
  jwtAudience: z.string().default('souk-gateway'),
  viewerSecret: z.string().min(32).optional(),
  productsUrl: httpUrl.default('http://127.0.0.1:4001/graphql'),
  contentUrl: httpUrl.default('http://127.0.0.1:4002/graphql'),
  creatorsUrl: httpUrl.default('http://127.0.0.1:4003/graphql'),
  ordersUrl: httpUrl.default('http://127.0.0.1:4004/graphql'),
  serviceProvidersUrl: httpUrl.default('http://127.0.0.1:4005/graphql'),
  bodyBytesMax: count(settings.bodyBytesMax),
  tokensMax: count(settings.tokensMax),
  depthMax: count(settings.depthMax),
  aliasesMax: count(settings.aliasesMax),
  rootFieldsMax: count(settings.rootFieldsMax),
  fieldsMax: count(settings.fieldsMax),
  validationErrorsMax: count(settings.validationErrorsMax),
  errorsMax: count(settings.errorsMax),
  representationsMax: count(settings.representationsMax),
  requestMsMax: count(settings.requestMsMax),
  drainMsMax: count(settings.drainMsMax),
  requestsInFlightMax: count(settings.requestsInFlightMax),
  subgraphResponseBytesMax: count(settings.subgraphResponseBytesMax),
  subgraphConnectionsMax: count(settings.subgraphConnectionsMax),
  subgraphStartMsMax: count(settings.subgraphStartMsMax),
  compositionMsMax: count(settings.compositionMsMax),
  planPlacesMax: count(settings.planPlacesMax),
  planFetchesMax: count(settings.planFetchesMax),
  planStepsMax: count(settings.planStepsMax),
  planInlineStepsMax: count(settings.planInlineStepsMax),
  planMsMax: count(settings.planMsMax),
  planQueueMax: count(settings.planQueueMax),
  documentsCachedMax: count(settings.documentsCachedMax),
  plansCachedMax: count(settings.plansCachedMax),
  cachedCharactersMax: count(settings.cachedCharactersMax),
  viewersCachedMax: count(settings.viewersCachedMax),
})

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

type LimitText = readonly [what: string, fallback: number, most?: number]

function limit<const Variable extends string>(variable: Variable, ...[what, fallback, most]: LimitText) {
  const range = most === undefined ? 'at least 1' : `from 1 to ${most}`
  return {
    variable,
    allowed: `a whole number of ${what}, ${range} (default ${fallback})`,
    fallback,
    most: most ?? Number.MAX_SAFE_INTEGER,
  } as const
}
