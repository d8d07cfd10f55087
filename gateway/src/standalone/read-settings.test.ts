/** A --config file: what it can say, what wins over what, and mistakes that are named by their key. */
import { expect, test } from 'vitest'
import { readSettings } from './read-settings.ts'

type Environment = Readonly<Record<string, string>>

const read = (content: object, environment: Environment = {}, port?: string) =>
  readSettings({ environment, file: { name: 'config.json', text: JSON.stringify(content) }, port })

test('nothing said is a gateway that needs no keys and tells the errors of subgraphs', () => {
  const { config, ...rest } = readSettings({ environment: {}, file: undefined, port: undefined })
  expect(config).toMatchObject({ port: 4000, mode: 'development', subgraphErrors: 'shown', logLevel: 'warn' })
  expect(rest).toEqual({
    urls: {},
    subscriptions: {},
    traffic: {},
    forwarding: [],
    returning: [],
    fixedHeaders: [],
  })
})

test('the command line wins over the file, and the file over the environment', () => {
  const environment = { SOUK_PORT: '1', SOUK_DEPTH_MAX: '1', SOUK_ALIASES_MAX: '1' }
  const { config } = read({ port: 2, depthMax: 2 }, environment, '3')
  expect(config).toMatchObject({ port: 3, depthMax: 2, aliasesMax: 1 })
})

test('production needs no keys and masks errors, unless the file says otherwise', () => {
  expect(read({ mode: 'production' }).config).toMatchObject({ mode: 'production', subgraphErrors: 'masked' })
  expect(read({}, { SOUK_MODE: 'production' }).config.subgraphErrors).toBe('masked')
  expect(read({ mode: 'production', subgraphErrors: 'shown' }).config.subgraphErrors).toBe('shown')
})

test('headers go on by rules, or are set, from the environment too', () => {
  const headers = [
    { forward: 'Authorization' },
    { forward: 'x-tenant', as: 'x-organisation', to: ['a'] },
    { set: 'X-Api-Key', fromEnvironment: 'KEY', to: ['b'] },
    { set: 'x-via', value: 'gateway' },
  ]
  expect(read({ headers }, { KEY: 'k' })).toMatchObject({
    forwarding: [{ forward: 'Authorization' }, { forward: 'x-tenant', as: 'x-organisation', to: ['a'] }],
    fixedHeaders: [
      { name: 'x-api-key', value: 'k', to: ['b'] },
      { name: 'x-via', value: 'gateway', to: undefined },
    ],
  })
})

test('how a subgraph is asked for events is said for each', () => {
  const subscriptions = { a: { protocol: 'ws', url: 'wss://a.example.com/events' }, b: { protocol: 'sse' } }
  expect(read({ subscriptions }).subscriptions).toEqual(subscriptions)
})

test.each([
  ['{', 'config.json is not JSON'],
  ['[]', 'config.json is not a JSON object.'],
  ['{ "prot": 1 }', 'config.json has no setting "prot".'],
  ['{ "databaseUrl": "postgres://x" }', 'config.json has no setting "databaseUrl".'],
  ['{ "depthMax": "deep" }', '"depthMax" in config.json is "deep"; allowed is a whole number of levels'],
  ['{ "depthMax": true }', 'config.json has a "depthMax" that is neither text nor a number.'],
  ['{ "headers": {} }', 'config.json has a mistake at headers: '],
  ['{ "headers": [1] }', 'config.json has a headers[0] that says neither "forward" nor "return" nor "set".'],
  [
    '{ "headers": [{ "pass": "a" }] }',
    'config.json has a headers[0] that says neither "forward" nor "return" nor "set".',
  ],
  ['{ "headers": [{ "forward": "a", "too": 1 }] }', 'config.json has a mistake at headers[0]: '],
  ['{ "headers": [{ "forward": "a b" }] }', 'at headers[0].forward: is not the name of a header.'],
  ['{ "headers": [{ "forward": "content-length" }] }', 'names a header that the gateway writes itself.'],
  ['{ "headers": [{ "forward": "a", "as": "Host" }] }', 'at headers[0].as: names a header that the gateway'],
  ['{ "headers": [{ "forward": "a", "to": [] }] }', 'at headers[0].to: '],
  ['{ "headers": [{ "set": "a" }] }', 'headers[0]: has to have either "value" or "fromEnvironment".'],
  ['{ "headers": [{ "set": "a", "value": "1", "fromEnvironment": "B" }] }', 'has to have either "value" or'],
  [
    '{ "headers": [{ "set": "a", "fromEnvironment": "NOT_THERE" }] }',
    'variable NOT_THERE, which is not set.',
  ],
  ['{ "subscriptions": { "a": "ws" } }', 'at subscriptions.a: '],
  ['{ "subscriptions": { "a": { "protocol": "mqtt" } } }', 'at subscriptions.a.protocol: '],
  [
    '{ "subscriptions": { "a": { "protocol": "sse", "url": "ws://x" } } }',
    'at subscriptions.a.url: has to be an http(s) URL for "sse", and one of ws(s) or http(s) for "ws".',
  ],
  ['{ "traffic": [] }', 'config.json has a mistake at traffic: it is not an object.'],
  ['{ "traffic": { "a": 1 } }', 'config.json has a mistake at traffic.a: it is not an object.'],
  ['{ "traffic": { "a": { "timeout": 1 } } }', 'config.json has no setting "timeout" in traffic.a.'],
  [
    '{ "traffic": { "a": { "msMax": 0 } } }',
    'traffic.a.msMax in config.json is 0; allowed is a whole number of',
  ],
  [
    '{ "traffic": { "a": { "sharedCalls": true } } }',
    'traffic.a.sharedCalls in config.json is true; allowed is on or',
  ],
  ['{ "configFile": "other.json" }', 'config.json has no setting "configFile".'],
  ['{ "urls": { "accounts": "ftp://x" } }', 'at urls.accounts: has to be an http(s) URL.'],
])('%s is refused in one sentence', (text, sentence) => {
  const file = { name: 'config.json', text }
  expect(() => readSettings({ environment: {}, file, port: undefined })).toThrow(
    expect.objectContaining({ code: 'GW_CONFIG_INVALID', message: expect.stringContaining(sentence) }),
  )
})

test.each([
  ['a line break', 'secret\n', ''],
  ['a character of another script', 'ключ', ''],
  ['a line break from the environment', undefined, ' from the environment variable KEY'],
])('a header that is to be set to %s is refused, and its value is not told', (_what, value, from) => {
  const rule = value === undefined ? { set: 'x-key', fromEnvironment: 'KEY' } : { set: 'x-key', value }
  expect(() => read({ headers: [rule] }, { KEY: 'secret\n' })).toThrow(
    `The header x-key has a value${from} that no header can have: a line break, or a character beyond Latin-1.`,
  )
})

test('the calls of one subgraph are shaped as is said for it', () => {
  const { traffic } = read({
    traffic: { slow: { msMax: 20_000, retriesMax: 0, sharedCalls: 'off' }, dear: { callsMax: 4 } },
  })
  expect(traffic).toEqual({
    slow: { msMax: 20_000, retriesMax: 0, sharesCalls: false },
    dear: { callsMax: 4 },
  })
})

test('a port that is none is named as it was given', () => {
  expect(() => read({}, {}, 'http')).toThrow('--port is "http"; allowed is a port from 0 to 65535')
})
