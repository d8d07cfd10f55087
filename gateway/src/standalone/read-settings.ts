/** Reads the JSON file of a standalone gateway: settings by their names, URLs, headers. What is wrong is named by its key. */
import { ClientError } from '@souk/contracts'
import { z } from 'zod'
import {
  type GatewayConfig,
  type GivenSettings,
  isSettingName,
  readConfig,
  type SettingName,
} from '../config.ts'
import type { ForwardRule } from '../transports/forward-headers.ts'
import type { EventProtocol } from '../transports/remote.ts'
import type { ReturnRule } from '../transports/return-headers.ts'
import type { TrafficOverrides } from '../transports/traffic-limits.ts'
import { readTraffic } from './read-traffic.ts'
import { returnRule } from './return-rule.ts'

export type StandaloneSettings = {
  readonly config: GatewayConfig
  /** By subgraph, where it is if not where the supergraph says. */
  readonly urls: Readonly<Record<string, string>>
  /** By subgraph, how it is asked for events, if not over server-sent events at its URL. */
  readonly subscriptions: Readonly<Record<string, EventProtocol>>
  /** By subgraph, how its calls are shaped if not as all are. */
  readonly traffic: TrafficOverrides
  readonly forwarding: readonly ForwardRule[]
  readonly returning: readonly ReturnRule[]
  readonly fixedHeaders: readonly FixedHeader[]
}

/** Sent with every call, also the one that asks for a schema. Without `to` every subgraph gets it. */
export type FixedHeader = {
  readonly name: string
  readonly value: string
  readonly to: readonly string[] | undefined
}

export type SettingsFile = { readonly name: string; readonly text: string }

export type ReadSettingsOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly file: SettingsFile | undefined
  /** What the command line says wins. */
  readonly port: string | undefined
  /** For Souk's own subgraphs: what they alone have may be set, and nothing has another default. */
  readonly isOwn?: boolean
}

export function readSettings({
  environment,
  file,
  port,
  isOwn = false,
}: ReadSettingsOptions): StandaloneSettings {
  const { urls, subscriptions, traffic, headers, ...values } =
    file === undefined ? noFile : readFileShape(file, isOwn)
  const settings = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      { name: `"${key}" in ${file?.name}`, text: String(value) },
    ]),
  )
  const given: GivenSettings = {
    ...(!isOwn && defaults(environment, values)),
    ...settings,
    ...(port !== undefined && { port: { name: '--port', text: port } }),
  }
  const config = readConfig(environment, { given, isStandalone: !isOwn })
  return {
    config,
    urls,
    subscriptions,
    traffic,
    forwarding: headers.flatMap((rule) => ('forward' in rule ? [rule] : [])),
    returning: headers.flatMap((rule) => ('return' in rule ? [rule] : [])),
    fixedHeaders: headers.flatMap((rule) => ('set' in rule ? [fixedHeader(rule, environment)] : [])),
  }
}

// A graph of one's own is tried with errors as they are; a log line for each request would hide the one that says "ready".
function defaults(
  environment: ReadSettingsOptions['environment'],
  values: Readonly<Record<string, unknown>>,
): GivenSettings {
  const mode = values.mode ?? environment.SOUK_MODE ?? 'development'
  const shown = mode === 'development' && !environment.SOUK_SUBGRAPH_ERRORS
  return {
    ...(shown && { subgraphErrors: { name: 'subgraphErrors', text: 'shown' } }),
    ...(!environment.SOUK_LOG_LEVEL && { logLevel: { name: 'logLevel', text: 'warn' } }),
    // Whoever signs the tokens of such a graph is somebody else: what they name is looked at only if it was said.
    ...(!environment.SOUK_JWT_ISSUER && { jwtIssuer: { name: 'jwtIssuer', text: '' } }),
    ...(!environment.SOUK_JWT_AUDIENCE && { jwtAudience: { name: 'jwtAudience', text: '' } }),
  }
}

// What only Souk's own services have.
const soukSettings: ReadonlySet<SettingName> = new Set<SettingName>([
  'dataDir',
  'databaseUrl',
  'seed',
  'viewerSecret',
  'productsUrl',
  'contentUrl',
  'creatorsUrl',
  'ordersUrl',
  'serviceProvidersUrl',
])

// A connection's own business, and what the gateway itself says of its requests.
const ownHeaders =
  /^(accept|connection|content-.*|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-request-id)$/i

const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is not the name of a header')
  .refine((name) => !ownHeaders.test(name), 'names a header that the gateway writes itself')

const subgraphList = z.array(z.string()).nonempty()

const forwardRule = z.strictObject({
  forward: headerName,
  as: headerName.optional(),
  to: subgraphList.optional(),
})

const fixedRule = z
  .strictObject({
    set: headerName,
    value: z.string().optional(),
    fromEnvironment: z.string().optional(),
    to: subgraphList.optional(),
  })
  .refine(
    ({ value, fromEnvironment }) => (value === undefined) !== (fromEnvironment === undefined),
    'has to have either "value" or "fromEnvironment"',
  )

type FixedRule = z.infer<typeof fixedRule>
type HeaderRule = z.infer<typeof forwardRule> | ReturnRule | FixedRule

const httpUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'has to be an http(s) URL',
  )

const eventProtocol = z
  .strictObject({ protocol: z.enum(['sse', 'ws']), url: z.string().optional() })
  .refine(({ protocol, url }) => url === undefined || (URL.canParse(url) && schemesOf[protocol].test(url)), {
    path: ['url'],
    message: 'has to be an http(s) URL for "sse", and one of ws(s) or http(s) for "ws"',
  })

const schemesOf = { sse: /^https?:/i, ws: /^(https?|wss?):/i }

type FileShape = Readonly<Record<string, unknown>> & {
  readonly urls: Readonly<Record<string, string>>
  readonly subscriptions: Readonly<Record<string, EventProtocol>>
  readonly traffic: TrafficOverrides
  readonly headers: readonly HeaderRule[]
}

const noFile: FileShape = { urls: {}, subscriptions: {}, traffic: {}, headers: [] }

const sections: ReadonlySet<string> = new Set(['urls', 'subscriptions', 'traffic', 'headers'])

function readFileShape(file: SettingsFile, isOwn: boolean): FileShape {
  const content = readObject(file)
  for (const [key, value] of Object.entries(content)) {
    if (sections.has(key)) continue
    if (!isSettingName(key) || key === 'configFile' || (!isOwn && soukSettings.has(key)))
      throw wrong(file, `has no setting "${key}"`)
    if (typeof value !== 'string' && typeof value !== 'number')
      throw wrong(file, `has a "${key}" that is neither text nor a number`)
  }
  const { urls = {}, subscriptions = {}, traffic = {}, headers = [] } = content
  return {
    ...content,
    urls: check(file, { name: 'urls', value: urls, schema: z.record(z.string(), httpUrl) }),
    subscriptions: check(file, {
      name: 'subscriptions',
      value: subscriptions,
      schema: z.record(z.string(), eventProtocol),
    }),
    traffic: readTraffic(file.name, traffic),
    headers: check(file, { name: 'headers', value: headers, schema: z.array(z.unknown()) }).map(
      (rule, index) => readRule(file, rule, `headers[${index}]`),
    ),
  }
}

function readObject(file: SettingsFile): Readonly<Record<string, unknown>> {
  let content: unknown
  try {
    content = JSON.parse(file.text)
  } catch (cause) {
    throw wrong(file, `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content))
    return content as Readonly<Record<string, unknown>>
  throw wrong(file, 'is not a JSON object')
}

function readRule(file: SettingsFile, rule: unknown, name: string): HeaderRule {
  if (typeof rule === 'object' && rule !== null && 'forward' in rule)
    return check(file, { name, value: rule, schema: forwardRule })
  if (typeof rule === 'object' && rule !== null && 'set' in rule)
    return check(file, { name, value: rule, schema: fixedRule })
  if (typeof rule === 'object' && rule !== null && 'return' in rule)
    return check(file, { name, value: rule, schema: returnRule })
  throw wrong(file, `has a ${name} that says neither "forward" nor "return" nor "set"`)
}

type Checked<Value> = { readonly name: string; readonly value: unknown; readonly schema: z.ZodType<Value> }

function check<Value>(file: SettingsFile, { name, value, schema }: Checked<Value>): Value {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = (issue?.path ?? []).map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${String(part)}`,
  )
  throw wrong(file, `has a mistake at ${name}${path.join('')}: ${issue?.message ?? 'it is not valid'}`)
}

function fixedHeader(
  { set, value, fromEnvironment, to }: FixedRule,
  environment: ReadSettingsOptions['environment'],
): FixedHeader {
  const text = value ?? environment[fromEnvironment ?? '']
  const from = fromEnvironment === undefined ? '' : ` from the environment variable ${fromEnvironment}`
  if (text === undefined)
    throw new ClientError('GW_CONFIG_INVALID', `The header ${set} is to be read${from}, which is not set.`)
  // Said without the value, which may be a secret.
  if (!headerValue.test(text))
    throw new ClientError(
      'GW_CONFIG_INVALID',
      `The header ${set} has a value${from} that no header can have: a line break, or a character beyond Latin-1.`,
    )
  return { name: set.toLowerCase(), value: text, to }
}

const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/

const wrong = ({ name }: SettingsFile, what: string): ClientError =>
  new ClientError('GW_CONFIG_INVALID', `${name} ${what}.`)
