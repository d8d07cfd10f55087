/** Settings: defaults, and errors that name the variable, the value and what is allowed. */
import { expect, test } from 'vitest'
import { describeSettings, readConfig } from './config.ts'

test('nothing set is a working development configuration, frozen', () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    port: 4000,
    host: '127.0.0.1',
    mode: 'development',
    seed: 'demo',
    requestMsMax: 30_000,
  })
  expect(Object.isFrozen(config)).toBe(true)
})

test.each([
  [{ SOUK_PORT: 'abc' }, 'SOUK_PORT is "abc"; allowed is a port from 0 to 65535'],
  [{ SOUK_PORT: '70000' }, 'SOUK_PORT is "70000"; allowed is a port'],
  [{ SOUK_SEED: 'lots' }, 'SOUK_SEED is "lots"; allowed is none or demo'],
  [{ SOUK_MODE: 'prod' }, 'SOUK_MODE is "prod"; allowed is development or production'],
  [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL is "mysql://x"; allowed is a postgresql:// URL'],
  [{ SOUK_PRODUCTS_URL: 'localhost' }, 'SOUK_PRODUCTS_URL is "localhost"; allowed is an http(s) URL'],
  [
    { SOUK_DEPTH_MAX: '0' },
    'SOUK_DEPTH_MAX is "0"; allowed is a whole number of levels of an operation, from 1 to 200 (default 20)',
  ],
  // A timer of Node that is longer fires at once.
  [
    { SOUK_COMPOSITION_MS_MAX: '2147483648' },
    'SOUK_COMPOSITION_MS_MAX is "2147483648"; allowed is a whole number of milliseconds to compose the subgraphs, from 1 to 2147483647',
  ],
  // The viewer that subgraphs are shown would end before the request.
  [
    { SOUK_REQUEST_MS_MAX: '40001' },
    'SOUK_REQUEST_MS_MAX is "40001"; allowed is a whole number of milliseconds for one request, from 1 to 40000',
  ],
  [{ SOUK_MODE: 'production' }, 'SOUK_VIEWER_SECRET is not set; in production it has to be.'],
])('%o is refused in one sentence', (environment, sentence) => {
  expect(() => readConfig(environment)).toThrow(sentence)
})

test('a secret that is too short, or one of several, is named and not shown', () => {
  for (const secret of ['hunter2', `${'a secret that is long enough'.repeat(2)},hunter2`])
    expect(() => readConfig({ SOUK_VIEWER_SECRET: secret })).toThrow(
      'SOUK_VIEWER_SECRET is (hidden); allowed is a secret of at least 32',
    )
})

test('every wrong value is reported at once', () => {
  expect(() => readConfig({ SOUK_PORT: 'x', SOUK_SEED: 'y' })).toThrow(/SOUK_PORT[^]*SOUK_SEED/)
})

test('every setting is described', () => {
  expect(describeSettings().every(({ variable, allowed }) => variable !== '' && allowed !== '')).toBe(true)
})
