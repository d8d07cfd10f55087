/** Verifies the JWT that a client sends and reads the viewer from its claims. */
import { anonymousViewer, ClientError, type Viewer, viewerSchema } from '@souk/contracts'
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose'
import { z } from 'zod'
import { gatewayFault, refuseRequest } from '../errors.ts'
import { KeySetUnavailable, type KeySetLimits, remoteKeySet } from './remote-key-set.ts'

export type TokenVerifier = {
  /** No header is an anonymous viewer; a bad token is a GW_BAD_TOKEN. */
  readonly viewerOf: (authorization: string | undefined) => Promise<Viewer>
  /** When the token ends that this very viewer was read from; undefined for one that came without. */
  readonly expiresAt: (viewer: Viewer) => Date | undefined
  /** The app that the token was issued to, by its claim `azp` or `client_id`. */
  readonly appOf?: (viewer: Viewer) => string | undefined
}

export type TokenVerifierOptions = {
  readonly keys: JSONWebKeySet | URL
  /** Not looked at where undefined. */
  readonly issuer: string | undefined
  readonly audience: string | undefined
  readonly now: () => Date
  /** How long a token may be, how much clocks may differ, and how a key set at a URL is kept. */
  readonly limits?: KeySetLimits & { readonly jwtCharactersMax: number; readonly jwtSkewMs: number }
  readonly monotonicMs?: () => number
}

const defaultLimits = {
  jwtCharactersMax: 8_192,
  jwtSkewMs: 0,
  jwksFreshMs: 600_000,
  jwksCooldownMs: 10_000,
  jwksStaleMsMax: 3_600_000,
}

export function createTokenVerifier({
  keys,
  issuer,
  audience,
  now,
  limits = defaultLimits,
  monotonicMs = () => now().getTime(),
}: TokenVerifierOptions): TokenVerifier {
  const getKey: JWTVerifyGetKey =
    keys instanceof URL ? remoteKeySet({ url: keys, limits, monotonicMs }) : createLocalJWKSet(keys)
  // Kept beside the viewers: those of two tokens are equal, and share plans, signatures and subscriptions.
  const ends = new WeakMap<Viewer, Date>()
  const apps = new WeakMap<Viewer, string>()
  return {
    expiresAt: (viewer) => ends.get(viewer),
    appOf: (viewer) => apps.get(viewer),
    async viewerOf(authorization) {
      if (authorization === undefined || authorization.trim() === '') return anonymousViewer
      const { jwtCharactersMax } = limits
      if (authorization.length > jwtCharactersMax)
        throw badToken(
          `The Authorization header has ${authorization.length} characters; ${jwtCharactersMax} are allowed (SOUK_JWT_CHARACTERS_MAX).`,
        )
      const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i.exec(authorization)?.[1]
      if (token === undefined) throw badToken('The Authorization header is not `Bearer <token>`.')
      const options = {
        ...(issuer !== undefined && { issuer }),
        ...(audience !== undefined && { audience }),
        algorithms: [...algorithms],
        currentDate: now(),
        clockTolerance: limits.jwtSkewMs / 1000,
        requiredClaims: ['sub', 'exp'],
      }
      try {
        const { payload } = await jwtVerify(token, getKey, options)
        const viewer = viewerFrom(payload)
        ends.set(viewer, new Date((payload.exp ?? 0) * 1000))
        const app = payload.azp ?? payload.client_id
        if (typeof app === 'string' && app !== '') apps.set(viewer, app)
        return viewer
      } catch (error) {
        throw explain(error)
      }
    },
  }
}

// Asymmetric only: with a shared secret, who may verify could also sign.
const algorithms = ['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256'] as const

const claimsSchema = z.object({
  sub: z.string().min(1),
  scope: z.string().default(''),
  shop_ids: z.array(z.string()).default([]),
  merchant_id: z.string().optional(),
  creator_id: z.string().optional(),
  service_provider_id: z.string().optional(),
})

function viewerFrom(payload: JWTPayload): Viewer {
  const claims = claimsSchema.safeParse(payload)
  if (!claims.success) throw badToken('The token has claims of the wrong shape.')
  const { sub, scope, shop_ids, merchant_id, creator_id, service_provider_id } = claims.data
  return viewerSchema.parse({
    kind: 'user',
    userId: sub,
    scopes: scope.split(' ').filter(Boolean),
    shopIds: shop_ids,
    merchantId: merchant_id,
    creatorId: creator_id,
    serviceProviderId: service_provider_id,
  })
}

function explain(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return badToken('The token has expired.')
  if (error instanceof errors.JWTClaimValidationFailed)
    return badToken(`The token is not for this platform: ${error.claim} is wrong or missing.`)
  if (error instanceof errors.JWKSNoMatchingKey)
    return badToken('The token is signed with a key that is not known.')
  if (error instanceof KeySetUnavailable || keySetErrors.has(codeOf(error)))
    return gatewayFault('GW_NOT_READY', 'The key set could not be loaded.', error)
  if (error instanceof errors.JOSEError) return badToken('The token is malformed or its signature is wrong.')
  if (error instanceof ClientError) return error
  return gatewayFault('GW_NOT_READY', 'The key set could not be loaded.', error)
}

// jose has one class for all that goes wrong with a token and with the key set; a generic error only comes from fetching.
const keySetErrors: ReadonlySet<unknown> = new Set([
  errors.JOSEError.code,
  errors.JWKSInvalid.code,
  errors.JWKSTimeout.code,
])

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

const badToken = (message: string): Error => refuseRequest('GW_BAD_TOKEN', message)
