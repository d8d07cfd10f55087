/** What orders takes from the environment: lax on a developer's machine, and in production nobody pays with play money. */
import { describe, expect, test } from 'vitest'
import { readOrdersConfig, sandboxSecrets } from './config.ts'

const own = {
  SOUK_WECHAT_PAY_SECRET: 'a secret of our own for WeChat Pay',
  SOUK_ALIPAY_SECRET: 'a secret of our own for Alipay',
  SOUK_SANDBOX_EXPRESS_SECRET: 'a secret of our own for parcels',
}
const production = { SOUK_MODE: 'production', SOUK_PAYMENT_SANDBOX: 'allow', ...own }

describe('orders starts', () => {
  test('in development without any setting, with the public secrets', () => {
    expect(readOrdersConfig({}).noticeSecrets).toEqual(sandboxSecrets)
    expect(readOrdersConfig({ SOUK_MODE: '' }).noticeSecrets).toEqual(sandboxSecrets)
  })
  test('in production when the sandbox is allowed and all secrets are its own', () => {
    expect(Object.values(readOrdersConfig(production).noticeSecrets)).toEqual(Object.values(own))
  })
})

describe('orders does not start', () => {
  test.each([
    ['in a mode that is misspelt', { SOUK_MODE: 'prod' }, 'SOUK_MODE is "prod"'],
    [
      'in production without a word on the sandbox',
      { ...production, SOUK_PAYMENT_SANDBOX: undefined },
      'set SOUK_PAYMENT_SANDBOX=allow',
    ],
    [
      'with another word on the sandbox',
      { ...production, SOUK_PAYMENT_SANDBOX: 'yes' },
      'SOUK_PAYMENT_SANDBOX is "yes"; allowed is allow',
    ],
    [
      'in production with a default secret',
      { ...production, SOUK_ALIPAY_SECRET: undefined },
      'SOUK_ALIPAY_SECRET has its default',
    ],
    [
      'in production with the default secret of another',
      { ...production, SOUK_ALIPAY_SECRET: sandboxSecrets.WECHAT_PAY },
      'SOUK_ALIPAY_SECRET has its default',
    ],
    [
      'with a secret that is short',
      { SOUK_SANDBOX_EXPRESS_SECRET: 'short' },
      'SOUK_SANDBOX_EXPRESS_SECRET is too short',
    ],
  ])('%s', (_when, environment, sentence) => {
    expect(() => readOrdersConfig(environment)).toThrow(sentence)
    expect(() => readOrdersConfig(environment)).toThrow(expect.objectContaining({ name: 'ClientError' }))
  })
})
