/** Tokens that are forged in the known ways, and key sets that can't be had. */
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ClientError, Fault } from '@souk/contracts'
import { exportJWK, exportSPKI, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { createTokenVerifier } from './token-verifier.ts'

const now = new Date('2026-11-22T12:00:00Z')
const seconds = now.getTime() / 1000
const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
const jwks: JSONWebKeySet = { keys: [{ ...(await exportJWK(publicKey)), alg: 'RS256', kid: 'k1' }] }
const claims = { sub: 'u1', scope: 'platform:operate', iss: 'souk', aud: 'souk-gateway', exp: seconds + 60 }

const signed = async (changed: object): Promise<string> =>
  await new SignJWT({ ...claims, ...changed })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .sign(privateKey)

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

async function outcome(token: string, keys: JSONWebKeySet | URL = jwks): Promise<unknown> {
  const verifier = createTokenVerifier({ keys, issuer: 'souk', audience: 'souk-gateway', now: () => now })
  try {
    return (await verifier.viewerOf(`Bearer ${token}`)).kind
  } catch (error) {
    return error instanceof ClientError || error instanceof Fault ? error.code : error
  }
}

async function withSecret(secret: string): Promise<string> {
  const text = `${part({ alg: 'HS256', kid: 'k1' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

test('a token of this platform is a user', async () => {
  expect(await outcome(await signed({}))).toBe('user')
})

test.each([
  ['no algorithm', `${part({ alg: 'none' })}.${part(claims)}.x`],
  ['the public key as a shared secret', await withSecret(await exportSPKI(publicKey))],
  ['no end', await signed({ exp: undefined })],
  ['an end that has passed', await signed({ exp: seconds - 1 })],
  ['a start to come', await signed({ nbf: seconds + 60 })],
  ['no subject', await signed({ sub: '' })],
  ['a list of scopes', await signed({ scope: ['platform:operate'] })],
  [
    'another payload under the signature',
    (await signed({})).replace(/\..+\./, `.${part({ ...claims, sub: 'u2' })}.`),
  ],
])('a token with %s is refused', async (_what, token) => {
  expect(await outcome(token)).toBe('GW_BAD_TOKEN')
})

test.each([
  ['an error', 500, '{}'],
  ['no key set', 200, '{"keys":1}'],
  ['no JSON', 200, '<html>'],
])('a token is not called bad when the key set is %s', async (_what, status, body) => {
  const server = createServer((_request, response) => response.writeHead(status).end(body)).listen(
    0,
    '127.0.0.1',
  )
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  try {
    expect(await outcome(await signed({}), new URL(`http://127.0.0.1:${port}/`))).toBe('GW_NOT_READY')
  } finally {
    server.close()
  }
})
