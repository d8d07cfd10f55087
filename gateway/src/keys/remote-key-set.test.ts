/** A key set that changes, moves away or is down while tokens are verified with it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ClientError, Fault } from '@souk/contracts'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createTokenVerifier } from './token-verifier.ts'

const now = new Date('2026-11-22T12:00:00Z')
const limits = {
  jwtCharactersMax: 2_000,
  jwtSkewMs: 5_000,
  jwksFreshMs: 600_000,
  jwksCooldownMs: 10_000,
  jwksStaleMsMax: 3_600_000,
}

async function makeKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), alg: 'ES256', kid }
  const sign = async (changed: object = {}): Promise<string> =>
    await new SignJWT({ sub: 'u1', exp: now.getTime() / 1000 + 60, ...changed })
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(privateKey)
  return { jwk, sign }
}

const [first, second] = [await makeKey('k1'), await makeKey('k2')]

const published: { keys: readonly JWK[]; isDown: boolean; asked: number } = {
  keys: [],
  isDown: false,
  asked: 0,
}
const server = createServer((_request, response) => {
  published.asked += 1
  if (published.isDown) response.writeHead(503).end()
  else response.writeHead(200).end(JSON.stringify({ keys: published.keys }))
}).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
afterAll(() => void server.close())

beforeEach(() => void Object.assign(published, { keys: [first.jwk], isDown: false, asked: 0 }))

function openVerifier() {
  let atMs = 0
  const verifier = createTokenVerifier({
    keys: url,
    issuer: undefined,
    audience: undefined,
    now: () => now,
    monotonicMs: () => atMs,
    limits,
  })
  return {
    pass: (ms: number): void => void (atMs += ms),
    async outcome(token: string): Promise<unknown> {
      try {
        return (await verifier.viewerOf(`Bearer ${token}`)).kind
      } catch (error) {
        return error instanceof ClientError || error instanceof Fault ? error.code : error
      }
    },
  }
}

test('a set is loaded once for all that ask at the same time, and then kept', async () => {
  const { outcome } = openVerifier()
  const token = await first.sign()
  expect(await Promise.all([outcome(token), outcome(token)])).toEqual(['user', 'user'])
  expect(await outcome(token)).toBe('user')
  expect(published.asked).toBe(1)
})

test('a key that was published meanwhile is found at once, and both keys are good', async () => {
  const { outcome } = openVerifier()
  await outcome(await first.sign())
  published.keys = [first.jwk, second.jwk]
  expect(
    await Promise.all([second.sign(), first.sign()].map(async (token) => await outcome(await token))),
  ).toEqual(['user', 'user'])
  expect(published.asked).toBe(2)
})

test('tokens that name unknown keys load the set once in a cooldown', async () => {
  const { outcome, pass } = openVerifier()
  await outcome(await first.sign())
  const forged = await second.sign()
  for (let count = 0; count < 5; count += 1) expect(await outcome(forged)).toBe('GW_BAD_TOKEN')
  expect(published.asked).toBe(2)
  pass(limits.jwksCooldownMs)
  expect(await outcome(forged)).toBe('GW_BAD_TOKEN')
  expect(published.asked).toBe(3)
})

test('known keys are good while the set can not be loaded, for a bounded time', async () => {
  const { outcome, pass } = openVerifier()
  const token = await first.sign()
  await outcome(token)
  published.isDown = true
  pass(limits.jwksFreshMs + 1)
  expect(await outcome(token)).toBe('user')
  expect(await outcome(await second.sign())).toBe('GW_BAD_TOKEN')
  pass(limits.jwksStaleMsMax)
  expect(await outcome(token)).toBe('GW_NOT_READY')
  published.isDown = false
  pass(1_000)
  expect(await outcome(token)).toBe('user')
})

test('while there is no set it is not asked for more often than once a second', async () => {
  const { outcome, pass } = openVerifier()
  published.isDown = true
  const token = await first.sign()
  for (let count = 0; count < 5; count += 1) expect(await outcome(token)).toBe('GW_NOT_READY')
  expect(published.asked).toBe(1)
  pass(1_000)
  await outcome(token)
  expect(published.asked).toBe(2)
})

test('a key that is no longer published is refused once the set was loaded again', async () => {
  const { outcome, pass } = openVerifier()
  const token = await first.sign()
  await outcome(token)
  published.keys = [second.jwk]
  pass(limits.jwksFreshMs + 1)
  expect(await outcome(token)).toBe('user')
  // The one that asked did not wait for the load; one that does is verified by what it brought.
  expect(await outcome(await second.sign())).toBe('user')
  expect(await outcome(token)).toBe('GW_BAD_TOKEN')
})

test('clocks may differ by as much as is allowed, and no more', async () => {
  const { outcome } = openVerifier()
  const seconds = now.getTime() / 1000
  expect(await outcome(await first.sign({ exp: seconds - 4 }))).toBe('user')
  expect(await outcome(await first.sign({ nbf: seconds + 5 }))).toBe('user')
  expect(await outcome(await first.sign({ exp: seconds - 5 }))).toBe('GW_BAD_TOKEN')
  expect(await outcome(await first.sign({ nbf: seconds + 6 }))).toBe('GW_BAD_TOKEN')
})

test('a token that is longer than allowed is refused before anything is made of it', async () => {
  const { outcome } = openVerifier()
  expect(await outcome(await first.sign({ more: 'x'.repeat(2_000) }))).toBe('GW_BAD_TOKEN')
  expect(published.asked).toBe(0)
})

test('a key that comes with the token is none', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const token = await new SignJWT({ sub: 'u1', exp: now.getTime() / 1000 + 60 })
    .setProtectedHeader({ alg: 'ES256', kid: 'k9', jwk: await exportJWK(publicKey), jku: url.href })
    .sign(privateKey)
  expect(await openVerifier().outcome(token)).toBe('GW_BAD_TOKEN')
})
