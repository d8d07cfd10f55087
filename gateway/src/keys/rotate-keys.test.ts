/** Both keys are changed while requests run: clients' by publishing, viewers' by starting each part again with the next secrets. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { anonymousViewer, signViewer, verifyViewer, viewerKeyFrom } from '@souk/contracts'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const before = 'the secret of before that is long enough'
const after = 'the secret to come that is long enough'
const steps = [before, `${before}, ${after}`, `${after},${before}`, after]

test('in each step of a rotation every part trusts what parts of that step and the next one sign', async () => {
  const now = new Date()
  for (const [index, step] of steps.entries())
    for (const other of steps.slice(Math.max(0, index - 1), index + 2)) {
      const token = await signViewer(anonymousViewer, viewerKeyFrom(step), now)
      expect(await verifyViewer(token, viewerKeyFrom(other), now)).toEqual(anonymousViewer)
    }
  const early = await signViewer(anonymousViewer, viewerKeyFrom(before), now)
  await expect(verifyViewer(early, viewerKeyFrom(after), now)).rejects.toMatchObject({
    code: 'VIEWER_NOT_TRUSTED',
  })
})

test('clients’ and viewers’ keys are rotated without a failed request', async () => {
  const oldKey = await makeKey('old')
  const newKey = await makeKey('new')
  const published = { keys: [oldKey.jwk] as readonly JWK[] }
  const server = createServer((_request, response) => response.end(JSON.stringify(published))).listen(
    0,
    '127.0.0.1',
  )
  await new Promise((resolve) => server.once('listening', resolve))
  const jwks = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  let trusted = viewerKeyFrom(before)
  const subgraph = testSubgraph('a', 'type Query { who: String }', {})
  subgraph.answerWith = async ({ viewerToken }) => {
    const viewer = await verifyViewer(viewerToken, trusted, new Date())
    return { data: { who: viewer.kind } }
  }
  const open = async (viewerSecret: string) =>
    await testGateway([subgraph], {}, { keys: { jwks, viewerSecret } })
  let gateways = [await open(before), await open(before)]
  let token = await oldKey.sign()
  let count = 0
  const askAll = async (): Promise<void> => {
    const headers = { authorization: `Bearer ${token}` }
    const answers = gateways
      .flatMap((gateway) => [gateway, gateway, gateway])
      .map((gateway) => gateway.ask('{ who }', { headers }))
    for (const answer of await Promise.all(answers)) {
      expect(answer).toEqual({ status: 200, data: { who: 'user' } })
      count += 1
    }
  }
  try {
    await askAll()
    for (const step of steps.slice(1)) {
      trusted = viewerKeyFrom(step)
      await askAll()
      // One gateway after the other, as a rolling start does.
      for (const index of gateways.keys()) {
        const left = gateways[index]
        gateways = gateways.with(index, await open(step))
        await Promise.all([askAll(), left?.ask('{ who }', { headers: { authorization: `Bearer ${token}` } })])
        await left?.close()
      }
      published.keys = step === after ? [newKey.jwk] : [oldKey.jwk, newKey.jwk]
      if (step.startsWith(after)) token = await newKey.sign()
      await askAll()
    }
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.close()))
    server.close()
  }
  expect(count).toBe(6 + 3 * (6 + 12 + 6))
})

async function makeKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), alg: 'EdDSA', kid }
  const sign = async (): Promise<string> =>
    await new SignJWT({ sub: 'u1' })
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setIssuer('souk')
      .setAudience('souk-gateway')
      .setExpirationTime('5 minutes')
      .sign(privateKey)
  return { jwk, sign }
}
