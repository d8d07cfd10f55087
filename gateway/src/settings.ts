/** Every setting of the gateway, every limit among them: its variable, what it allows in words, and how it is read. */
import { z } from 'zod'
import { accessSettings } from './access-settings.ts'
import { protocolSettings } from './protocol-settings.ts'
import { limit, limitOrNone, onOrOff, type Setting, timerMsLimit } from './setting.ts'
import { watchingSettings } from './watching-settings.ts'

const httpUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))

// A signed viewer lives for 60 s and is reused for 20 s: a request that runs longer than this could outlive its own.
const requestMsLimit = 40_000

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
  configFile: {
    variable: 'SOUK_CONFIG',
    allowed: 'the name of a JSON file of settings, as `--config` names one (default: none)',
    schema: z.string().optional(),
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
    allowed:
      'a secret of at least 32 characters, the same in every subgraph; or several with commas between, of which the first signs',
    schema: z
      .string()
      .refine((text) => text.split(',').every((secret) => secret.trim().length >= 32))
      .optional(),
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
  ...accessSettings,
  ...protocolSettings,
  ...watchingSettings,
  bodyBytesMax: limit('SOUK_BODY_BYTES_MAX', 'bytes of a request body', 1_000_000),
  tokensMax: limit('SOUK_TOKENS_MAX', 'tokens of a document', 10_000),
  // Planning and projection recurse by level; some three hundred levels are more than a stack holds.
  depthMax: limit('SOUK_DEPTH_MAX', 'levels of an operation', 20, 200),
  aliasesMax: limit('SOUK_ALIASES_MAX', 'aliases of an operation', 100),
  rootFieldsMax: limit('SOUK_ROOT_FIELDS_MAX', 'root fields of an operation', 50),
  fieldsMax: limit('SOUK_FIELDS_MAX', 'fields of an operation, fragments written out', 2_000),
  directivesMax: limit('SOUK_DIRECTIVES_MAX', 'directives of a document', 500),
  inputDepthMax: limit('SOUK_INPUT_DEPTH_MAX', 'levels of a variable, or of a value in a document', 32, 200),
  introspection: {
    variable: 'SOUK_INTROSPECTION',
    allowed: 'on, off or signed-in: who is told the schema (default on, in production signed-in)',
    schema: z.enum(['on', 'off', 'signed-in']).optional(),
  },
  introspectionDepthMax: limit('SOUK_INTROSPECTION_DEPTH_MAX', 'levels of an introspection', 25, 200),
  introspectionValuesMax: limit(
    'SOUK_INTROSPECTION_VALUES_MAX',
    'values in the answer to an introspection',
    100_000,
  ),
  listSizeMax: limit('SOUK_LIST_SIZE_MAX', 'items that an argument which @listSize names may ask for', 100),
  listSizeAssumed: limit('SOUK_LIST_SIZE_ASSUMED', 'items of a list that nothing says the size of', 10),
  costMax: limit('SOUK_COST_MAX', 'cost of an operation', 50_000),
  responseBytesMax: limit('SOUK_RESPONSE_BYTES_MAX', 'bytes of an answer', 32_000_000),
  rateLimits: {
    variable: 'SOUK_RATE_LIMITS',
    allowed: 'on or off: whether clients have budgets (default off, in production on)',
    schema: z.enum(['on', 'off']).optional(),
  },
  rateViewerCost: limit(
    'SOUK_RATE_VIEWER_COST',
    'cost that a signed-in viewer may cause in a minute',
    300_000,
  ),
  // Many people can share one, behind a company's or a carrier's door.
  rateAddressCost: limit(
    'SOUK_RATE_ADDRESS_COST',
    'cost that all anonymous viewers of one address may cause in a minute',
    1_000_000,
  ),
  rateAppCost: limit('SOUK_RATE_APP_COST', 'cost that one app may cause in a minute', 30_000_000),
  rateBucketsMax: limit('SOUK_RATE_BUCKETS_MAX', 'budgets kept', 100_000),
  trustedProxies: limitOrNone(
    'SOUK_TRUSTED_PROXIES',
    'proxies of our own in front, whose x-forwarded-for is believed',
    0,
    10,
  ),
  validationErrorsMax: limit('SOUK_VALIDATION_ERRORS_MAX', 'errors listed for one document', 20),
  errorsMax: limit('SOUK_ERRORS_MAX', 'errors in one answer', 200),
  deferredMax: limit(
    'SOUK_DEFERRED_MAX',
    'deferred fragments of an operation, each counted within those around it',
    50,
  ),
  representationsMax: limit('SOUK_REPRESENTATIONS_MAX', 'entities in one fetch', 10_000),
  requestMsMax: limit('SOUK_REQUEST_MS_MAX', 'milliseconds for one request', 30_000, requestMsLimit),
  drainMsMax: limit(
    'SOUK_DRAIN_MS_MAX',
    'milliseconds to finish requests when stopping',
    10_000,
    timerMsLimit,
  ),
  requestsInFlightMax: limit('SOUK_REQUESTS_IN_FLIGHT_MAX', 'requests answered at once', 1_000),
  connectionsMax: limit('SOUK_CONNECTIONS_MAX', 'WebSockets and streamed answers open at once', 10_000),
  // Above SOUK_CONNECTIONS_MAX: streams alone must not shut out requests.
  tcpConnectionsMax: limit(
    'SOUK_TCP_CONNECTIONS_MAX',
    'TCP connections open at once, whatever they are used for',
    20_000,
  ),
  // A client that sends a byte now and then holds a connection for no longer than these.
  headersMsMax: limit(
    'SOUK_HEADERS_MS_MAX',
    'milliseconds until the headers of a request have come whole',
    10_000,
    timerMsLimit,
  ),
  receiveMsMax: limit(
    'SOUK_RECEIVE_MS_MAX',
    'milliseconds until a request has come whole, its headers among it',
    30_000,
    timerMsLimit,
  ),
  connectionOperationsMax: limit(
    'SOUK_CONNECTION_OPERATIONS_MAX',
    'operations at once on one connection',
    100,
  ),
  connectionInitMsMax: limit(
    'SOUK_CONNECTION_INIT_MS_MAX',
    'milliseconds until a WebSocket sends connection_init',
    5_000,
    timerMsLimit,
  ),
  messageBytesMax: limit('SOUK_MESSAGE_BYTES_MAX', 'bytes of a WebSocket message', 1_000_000),
  // Below what proxies take for a dead connection, a minute as a rule.
  keepAliveMs: limit('SOUK_KEEP_ALIVE_MS', 'milliseconds between signs of life', 12_000, 1_000_000_000),
  unreadBytesMax: limit(
    'SOUK_UNREAD_BYTES_MAX',
    'bytes that wait for a WebSocket client to read them when there is another message for it',
    8_000_000,
  ),
  streamReservationsMax: limit(
    'SOUK_STREAM_RESERVATIONS_MAX',
    'event streams reserved and not yet opened',
    1_000,
  ),
  streamReservationMsMax: limit(
    'SOUK_STREAM_RESERVATION_MS_MAX',
    'milliseconds that a reserved event stream waits to be opened',
    30_000,
    timerMsLimit,
  ),
  subgraphResponseBytesMax: limit(
    'SOUK_SUBGRAPH_RESPONSE_BYTES_MAX',
    'bytes of a subgraph response',
    32_000_000,
  ),
  subgraphConnectionsMax: limit('SOUK_SUBGRAPH_CONNECTIONS_MAX', 'connections to each subgraph', 64),
  subgraphMsMax: limit(
    'SOUK_SUBGRAPH_MS_MAX',
    'milliseconds for one call to a subgraph, retries and waiting included',
    10_000,
    requestMsLimit,
  ),
  // What may be in flight and wait for one subgraph is well below SOUK_REQUESTS_IN_FLIGHT_MAX: a subgraph that hangs leaves room for
  // requests that don't ask it.
  subgraphCallsMax: limit('SOUK_SUBGRAPH_CALLS_MAX', 'calls to each subgraph at once', 128),
  subgraphQueueMax: limit('SOUK_SUBGRAPH_QUEUE_MAX', 'calls that wait for each subgraph', 256),
  subgraphQueueMsMax: limit(
    'SOUK_SUBGRAPH_QUEUE_MS_MAX',
    'milliseconds that a call waits for its turn',
    // A burst of buyers is worth a wait: what is refused here is an order that did not happen. The queue's length bounds it.
    10_000,
    timerMsLimit,
  ),
  subgraphRetriesMax: limitOrNone(
    'SOUK_SUBGRAPH_RETRIES_MAX',
    'retries of one query to a subgraph over the network',
    2,
    10,
  ),
  subgraphRetryPercent: limit(
    'SOUK_SUBGRAPH_RETRY_PERCENT',
    'retries in a hundred calls to a subgraph',
    20,
    100,
  ),
  subgraphBreakerPercent: limitOrNone(
    'SOUK_SUBGRAPH_BREAKER_PERCENT',
    'calls in a hundred that fail when a subgraph is left alone; 0 never does that',
    50,
    100,
  ),
  subgraphBreakerCallsMin: limit(
    'SOUK_SUBGRAPH_BREAKER_CALLS_MIN',
    'calls in the window, below which none of that counts',
    20,
  ),
  subgraphBreakerWindowMs: limit(
    'SOUK_SUBGRAPH_BREAKER_WINDOW_MS',
    'milliseconds of that window',
    10_000,
    timerMsLimit,
  ),
  subgraphBreakerOpenMs: limit(
    'SOUK_SUBGRAPH_BREAKER_OPEN_MS',
    'milliseconds that a subgraph is left alone before one call looks whether it is back',
    5_000,
    timerMsLimit,
  ),
  sharedCalls: onOrOff('SOUK_SHARED_CALLS', 'whether a query in flight to a subgraph also answers its twins'),
  sharedQueries: onOrOff('SOUK_SHARED_QUERIES', "whether a client's query in flight also answers its twins"),
  subscriptionSourcesMax: limit(
    'SOUK_SUBSCRIPTION_SOURCES_MAX',
    'different subscriptions to each subgraph',
    1_000,
  ),
  subscriptionEventsBufferedMax: limit(
    'SOUK_SUBSCRIPTION_EVENTS_BUFFERED_MAX',
    'events kept for a reader that takes them more slowly than they come',
    256,
  ),
  subscriptionEventMsMax: limit(
    'SOUK_SUBSCRIPTION_EVENT_MS_MAX',
    'milliseconds to fetch the rest of one event',
    10_000,
    requestMsLimit,
  ),
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
    500,
  ),
  planStepsMax: limit('SOUK_PLAN_STEPS_MAX', 'steps to weigh the ways of a plan, and to prove it', 5_000_000),
  planInlineStepsMax: limit(
    'SOUK_PLAN_INLINE_STEPS_MAX',
    'steps that planning may take before it goes to a thread of its own',
    20_000,
  ),
  planMsMax: limit('SOUK_PLAN_MS_MAX', 'milliseconds for a plan in that thread', 5_000, timerMsLimit),
  planQueueMax: limit('SOUK_PLAN_QUEUE_MAX', 'operations waiting for that thread', 64),
  schemaPollMs: {
    variable: 'SOUK_SCHEMA_POLL_MS',
    allowed:
      'a whole number of milliseconds between two looks whether schemas have changed, from 0 (never looks) to 2147483647 (default 5000)',
    schema: z
      .string()
      .regex(/^\d{1,10}$/)
      .transform(Number)
      .pipe(z.number().max(timerMsLimit))
      .default(5_000),
  },
  swapOperationsMax: limit(
    'SOUK_SWAP_OPERATIONS_MAX',
    'operations planned for a changed graph before it is served',
    200,
  ),
  swapDrainMsMax: limit(
    'SOUK_SWAP_DRAIN_MS_MAX',
    'milliseconds that streams may go on over a graph that was replaced',
    60_000,
    timerMsLimit,
  ),
  documentsCachedMax: limit('SOUK_DOCUMENTS_CACHED_MAX', 'parsed documents kept', 1_000),
  plansCachedMax: limit('SOUK_PLANS_CACHED_MAX', 'plans kept', 1_000),
  cachedCharactersMax: limit(
    'SOUK_CACHED_CHARACTERS_MAX',
    'characters of all documents, and of all that have plans, kept',
    2_000_000,
  ),
  viewersCachedMax: limit('SOUK_VIEWERS_CACHED_MAX', 'signed viewers kept', 10_000),
} satisfies Record<string, Setting>
