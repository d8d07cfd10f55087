/** Verifies the JWT that a client sends and reads the viewer from its claims. */
import { anonymousViewer, ClientError, type Viewer, viewerSchema } from '@souk/contracts'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose'
import { z } from 'zod'
import { gatewayFault, refuseRequest } from '../errors.ts'

export type TokenVerifier = {
  /** No header is an anonymous viewer; a bad token is a GW_BAD_TOKEN. */
  readonly viewerOf: (authorization: string | undefined) => Promise<Viewer>
}

export type TokenVerifierOptions = {
  readonly keys: JSONWebKeySet | URL
  /** Not looked at where undefined. */
  readonly issuer: string | undefined
  readonly audience: string | undefined
  readonly now: () => Date
}

export function createTokenVerifier({ keys, issuer, audience, now }: TokenVerifierOptions): TokenVerifier {
  const getKey: JWTVerifyGetKey =
    keys instanceof URL ? createRemoteJWKSet(keys, { timeoutDuration: 5_000 }) : createLocalJWKSet(keys)
  return {
    async viewerOf(authorization) {
      if (authorization === undefined || authorization.trim() === '') return anonymousViewer
      const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i.exec(authorization)?.[1]
      if (token === undefined) throw badToken('The Authorization header is not `Bearer <token>`.')
      const options = {
        ...(issuer !== undefined && { issuer }),
        ...(audience !== undefined && { audience }),
        algorithms: [...algorithms],
        currentDate: now(),
        requiredClaims: ['sub', 'exp'],
      }
      try {
        return viewerFrom((await jwtVerify(token, getKey, options)).payload)
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
  if (keySetErrors.has(codeOf(error)))
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
