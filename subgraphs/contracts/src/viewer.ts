/** Who is asking: the viewer that the gateway signs, and that every subgraph verifies before it answers. */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { ClientError } from './errors.ts'
import { subgraphNames } from './subgraph-names.ts'

/** What a viewer may ask for. `@requiresScopes` in the schemas names these and no others. */
export const scopes = [
  'cart:write',
  'order:read',
  'order:write',
  'shop:read',
  'shop:write',
  'creator:read',
  'creator:write',
  'provider:read',
  'provider:write',
  'platform:operate',
] as const

export type Scope = (typeof scopes)[number]

const anonymousSchema = z.object({ kind: z.literal('anonymous'), scopes: z.array(z.string()).default([]) })

const userSchema = z.object({
  kind: z.literal('user'),
  /** Stable id of the signed-in person, also the buyer's id. */
  userId: z.string(),
  scopes: z.array(z.string()),
  /** Shops that this person runs. Object checks compare with these. */
  shopIds: z.array(z.string()).default([]),
  merchantId: z.string().optional(),
  creatorId: z.string().optional(),
  serviceProviderId: z.string().optional(),
})

const serviceSchema = z.object({
  kind: z.literal('service'),
  service: z.enum([...subgraphNames, 'gateway']),
  scopes: z.array(z.string()).default([]),
})

export const viewerSchema = z.discriminatedUnion('kind', [anonymousSchema, userSchema, serviceSchema])

export type Viewer = z.infer<typeof viewerSchema>
export type UserViewer = z.infer<typeof userSchema>
export type ServiceViewer = z.infer<typeof serviceSchema>

export const anonymousViewer: Viewer = { kind: 'anonymous', scopes: [] }

export const isOperator = (viewer: Viewer): boolean => viewer.scopes.includes('platform:operate')

const issuer = 'souk'
const audience = 'souk-subgraphs'

// Longer than any request may run, shorter than anyone needs to steal one: a signed viewer that leaks is of use for a minute.
const signedViewerLifeSeconds = 60

/** The first key signs, and what any of them signed is trusted: so that one can take another's place while both are in use. */
export type ViewerKey = { readonly signing: KeyObject; readonly trusted: readonly KeyObject[] }

/** From a secret, or several with commas between. */
export function viewerKeyFrom(secrets: string): ViewerKey {
  const trusted = secrets
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '')
    .map((secret) => createSecretKey(Buffer.from(secret, 'utf8')))
  const [signing] = trusted
  if (signing === undefined) throw new Error('There is no secret to sign viewers with.')
  return { signing, trusted }
}

/** Signs a viewer for the subgraphs (JWS, HS256). `now` decides when it ends. */
export async function signViewer(viewer: Viewer, key: ViewerKey, now: Date): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000)
  return await new SignJWT({ viewer })
    .setProtectedHeader({ alg: 'HS256', typ: 'souk-viewer+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + signedViewerLifeSeconds)
    .sign(key.signing)
}

/** The viewer in a token that `signViewer` made, or a ClientError `VIEWER_NOT_TRUSTED`. */
export async function verifyViewer(token: string, key: ViewerKey, now: Date): Promise<Viewer> {
  let cause: unknown
  for (const trusted of key.trusted) {
    try {
      const { payload } = await jwtVerify(token, trusted, {
        issuer,
        audience,
        algorithms: ['HS256'],
        currentDate: now,
      })
      return viewerSchema.parse(payload.viewer)
    } catch (error) {
      cause = error
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break
    }
  }
  throw new ClientError(
    'VIEWER_NOT_TRUSTED',
    'The viewer is not signed by this platform, or its signature has ended.',
    { cause },
  )
}
