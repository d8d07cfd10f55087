/** In production nobody buys with play money by accident: orders doesn't start, alone or within `npm start`, before somebody has said so. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cloneDatabase, dropDatabase } from '@souk/kit/testing'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startSouk } from '../support/process.ts'

let dataDir: string
let databaseUrl: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'souk-play-money-'))
  databaseUrl = await cloneDatabase(inject('templateUrl'), `play_money_${randomUUID().replaceAll('-', '')}`)
})
afterAll(async () => {
  await dropDatabase(databaseUrl)
  await rm(dataDir, { recursive: true, force: true })
})

const secrets = {
  SOUK_WECHAT_PAY_SECRET: 'a secret of our own for WeChat Pay',
  SOUK_ALIPAY_SECRET: 'a secret of our own for Alipay',
  SOUK_SANDBOX_EXPRESS_SECRET: 'a secret of our own for parcels',
}

const start = (command: readonly string[], environment: Readonly<Record<string, string>>) =>
  startSouk(command, {
    SOUK_MODE: 'production',
    SOUK_PORT: '0',
    SOUK_DATA_DIR: dataDir,
    SOUK_SEED: 'none',
    SOUK_LOG_LEVEL: 'info',
    SOUK_VIEWER_SECRET: 'a secret of the tests that is long enough to be one',
    SOUK_JWKS_URL: 'http://127.0.0.1:9/jwks',
    DATABASE_URL: databaseUrl,
    ...environment,
  })

test.each([
  ['npm start', ['gateway/src/main.ts', 'start']],
  ['npm run subgraph -- orders', ['--subgraph', 'orders']],
])(
  '%s in production says what is missing, and starts once it is there',
  async (_how, command) => {
    for (const [environment, variable] of [
      [secrets, 'SOUK_PAYMENT_SANDBOX'],
      [{ ...secrets, SOUK_PAYMENT_SANDBOX: 'allow', SOUK_ALIPAY_SECRET: '' }, 'SOUK_ALIPAY_SECRET'],
    ] as const) {
      const refused = start(command, environment)
      expect(await refused.ended).toBe(1)
      const output = refused.output().trim()
      expect(output).toContain(variable)
      expect(output.split('\n'), output).toHaveLength(1)
    }
    const allowed = start(command, { ...secrets, SOUK_PAYMENT_SANDBOX: 'allow' })
    await allowed.says(/http:\/\/127\.0\.0\.1:\d+/)
    allowed.child.kill('SIGTERM')
    await allowed.ended
  },
  60_000,
)
