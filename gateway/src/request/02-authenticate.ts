/** Step 2: the token becomes a viewer. No token is an anonymous viewer; a bad one ends the request. */
import type { Viewer } from '@souk/contracts'
import type { TokenVerifier } from '../keys/token-verifier.ts'
import type { WireRequest } from './wire.ts'

export const authenticate = async (wire: WireRequest, verifier: TokenVerifier): Promise<Viewer> =>
  await verifier.viewerOf(wire.headers.authorization)
