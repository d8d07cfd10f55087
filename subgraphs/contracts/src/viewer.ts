/** Who is asking: the viewer that the gateway signs, and that every subgraph verifies before it answers. */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
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

export type ViewerKey = KeyObject

export const viewerKeyFrom = (secret: string): ViewerKey => createSecretKey(Buffer.from(secret, 'utf8'))

/** Signs a viewer for the subgraphs (JWS, HS256). `now` decides when it ends. */
export async function signViewer(viewer: Viewer, key: ViewerKey, now: Date): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000)
  return await new SignJWT({ viewer })
    .setProtectedHeader({ alg: 'HS256', typ: 'souk-viewer+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + signedViewerLifeSeconds)
    .sign(key)
}

/** The viewer in a token that `signViewer` made, or a ClientError `VIEWER_NOT_TRUSTED`. */
export async function verifyViewer(token: string, key: ViewerKey, now: Date): Promise<Viewer> {
  try {
    const { payload } = await jwtVerify(token, key, {
      issuer,
      audience,
      algorithms: ['HS256'],
      currentDate: now,
    })
    return viewerSchema.parse(payload.viewer)
  } catch (cause) {
    throw new ClientError(
      'VIEWER_NOT_TRUSTED',
      'The viewer is not signed by this platform, or its signature has ended.',
      { cause },
    )
  }
}
