/** Every setting of the gateway, every limit among them: its variable, what it allows in words, and how it is read. */
import { z } from 'zod'

export type Setting = {
  readonly variable: string
  /** For the README, and for the sentence that refuses a wrong value. */
  readonly allowed: string
  readonly schema: z.ZodType<unknown, string | undefined>
}

const httpUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))

// A signed viewer lives for 60 s and is reused for 20 s: a request that runs longer than this could outlive its own.
const requestMsLimit = 40_000
// A timer that is set for longer fires at once.
const timerMsLimit = 2_147_483_647

export const settings = {
  port: {
    variable: 'SOUK_PORT',
    allowed: 'a port from 0 to 65535; 0 takes a free one (default 4000)',
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.number().max(65_535))
      .default(4000),
  },
  host: {
    variable: 'SOUK_HOST',
    allowed: 'a host name or address to listen on (default 127.0.0.1)',
    schema: z
      .string()
      .regex(/^[\w.:-]+$/)
      .default('127.0.0.1'),
  },
  mode: {
    variable: 'SOUK_MODE',
    allowed: 'development or production (default development)',
    schema: z.enum(['development', 'production']).default('development'),
  },
  dataDir: {
    variable: 'SOUK_DATA_DIR',
    allowed: 'a folder that may be written to (default .souk)',
    schema: z.string().default('.souk'),
  },
  databaseUrl: {
    variable: 'DATABASE_URL',
    allowed: 'a postgresql:// URL (default: a PostgreSQL of our own)',
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\/\S+$/)
      .optional(),
  },
  seed: {
    variable: 'SOUK_SEED',
    allowed: 'none or demo (default demo, in production none)',
    schema: z.enum(['none', 'demo']).optional(),
  },
  logLevel: {
    variable: 'SOUK_LOG_LEVEL',
    allowed: 'fatal, error, warn, info, debug, trace or silent (default info)',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  },
  subgraphErrors: {
    variable: 'SOUK_SUBGRAPH_ERRORS',
    allowed: 'masked or shown: what clients see of a fault inside a subgraph (default masked)',
    schema: z.enum(['masked', 'shown']).default('masked'),
  },
  jwksUrl: {
    variable: 'SOUK_JWKS_URL',
    allowed: 'the http(s) URL of a JWKS (default in development: keys of our own)',
    schema: httpUrl.optional(),
  },
  jwtIssuer: {
    variable: 'SOUK_JWT_ISSUER',
    allowed: 'the issuer that tokens name (default souk)',
    schema: z.string().default('souk'),
  },
  jwtAudience: {
    variable: 'SOUK_JWT_AUDIENCE',
    allowed: 'the audience that tokens name (default souk-gateway)',
    schema: z.string().default('souk-gateway'),
  },
  viewerSecret: {
    variable: 'SOUK_VIEWER_SECRET',
    allowed: 'a secret of at least 32 characters, the same in every subgraph',
    schema: z.string().min(32).optional(),
  },
  productsUrl: {
    variable: 'SOUK_PRODUCTS_URL',
    allowed: 'an http(s) URL (default http://127.0.0.1:4001/graphql)',
    schema: httpUrl.default('http://127.0.0.1:4001/graphql'),
  },
  contentUrl: {
    variable: 'SOUK_CONTENT_URL',
    allowed: 'an http(s) URL (default http://127.0.0.1:4002/graphql)',
    schema: httpUrl.default('http://127.0.0.1:4002/graphql'),
  },
  creatorsUrl: {
    variable: 'SOUK_CREATORS_URL',
    allowed: 'an http(s) URL (default http://127.0.0.1:4003/graphql)',
    schema: httpUrl.default('http://127.0.0.1:4003/graphql'),
  },
  ordersUrl: {
    variable: 'SOUK_ORDERS_URL',
    allowed: 'an http(s) URL (default http://127.0.0.1:4004/graphql)',
    schema: httpUrl.default('http://127.0.0.1:4004/graphql'),
  },
  serviceProvidersUrl: {
    variable: 'SOUK_SERVICE_PROVIDERS_URL',
    allowed: 'an http(s) URL (default http://127.0.0.1:4005/graphql)',
    schema: httpUrl.default('http://127.0.0.1:4005/graphql'),
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
  planAlternativesMax: limit(
    'SOUK_PLAN_ALTERNATIVES_MAX',
    'alternatives of conditions in one place of an operation, or of one fetch',
    1_000,
  ),
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
} satisfies Record<string, Setting>

type LimitText = readonly [what: string, fallback: number, most?: number]

function limit(variable: string, ...[what, fallback, most]: LimitText) {
  const range = most === undefined ? 'at least 1' : `from 1 to ${most}`
  const schema = z
    .string()
    .regex(/^[1-9]\d{0,9}$/)
    .transform(Number)
    .pipe(z.number().max(most ?? Number.MAX_SAFE_INTEGER))
    .default(fallback)
  return { variable, allowed: `a whole number of ${what}, ${range} (default ${fallback})`, schema }
}
