/** Keys and ready tokens for development: a signing key of our own, kept in the data folder. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose'
import { z } from 'zod'

/** Claims of one ready token, and the name it has in the menu. */
export type DevelopmentPerson = {
  readonly label: string
  readonly subject: string
  readonly scopes: readonly string[]
  readonly shopIds?: readonly string[]
  readonly merchantId?: string
  readonly creatorId?: string
  readonly serviceProviderId?: string
}

export type ReadyToken = { readonly label: string; readonly token: string }

export type DevelopmentKeys = {
  readonly jwks: JSONWebKeySet
  readonly issueTokens: (people: readonly DevelopmentPerson[], now: Date) => Promise<readonly ReadyToken[]>
}

export type DevelopmentKeyOptions = {
  readonly dataDir: string
  readonly issuer: string
  readonly audience: string
}

export async function openDevelopmentKeys({
  dataDir,
  issuer,
  audience,
}: DevelopmentKeyOptions): Promise<DevelopmentKeys> {
  const privateJwk = await loadOrMakeKey(join(dataDir, 'keys'))
  const key = await importJWK(privateJwk, 'EdDSA')
  const { d: _secret, ...publicJwk } = privateJwk
  return {
    jwks: { keys: [publicJwk] },
    issueTokens: async (people, now) =>
      await Promise.all(
        people.map(async (person) => ({
          label: person.label,
          token: await new SignJWT(claimsOf(person))
            .setProtectedHeader({ alg: 'EdDSA', kid: privateJwk.kid ?? '' })
            .setSubject(person.subject)
            .setIssuer(issuer)
            .setAudience(audience)
            .setIssuedAt(Math.floor(now.getTime() / 1000))
            .setExpirationTime(Math.floor(now.getTime() / 1000) + developmentTokenSeconds)
            .sign(key),
        })),
      ),
  }
}

// A week: a page left open over a weekend still works, a token pasted into a ticket soon doesn't.
const developmentTokenSeconds = 7 * 24 * 3600

const claimsOf = (person: DevelopmentPerson) => ({
  scope: person.scopes.join(' '),
  shop_ids: person.shopIds ?? [],
  merchant_id: person.merchantId,
  creator_id: person.creatorId,
  service_provider_id: person.serviceProviderId,
})

const keySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
  kid: z.string(),
  alg: z.string(),
  use: z.string(),
})

async function loadOrMakeKey(folder: string): Promise<JWK> {
  const file = join(folder, 'development-signing-key.json')
  try {
    return keySchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    // Missing, or damaged by a kill: a new key only ends tokens that were for development.
    return await makeKey(folder, file)
  }
}

async function makeKey(folder: string, file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const bare = await exportJWK(privateKey)
  const jwk: JWK = { ...bare, kid: await calculateJwkThumbprint(bare), alg: 'EdDSA', use: 'sig' }
  await mkdir(folder, { recursive: true })
  const unfinished = `${file}.${process.pid}.tmp`
  await writeFile(unfinished, JSON.stringify(jwk), { mode: 0o600 })
  await rename(unfinished, file)
  return jwk
}
