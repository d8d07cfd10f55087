/** Signatures of callbacks: HMAC-SHA256 over the body, compared in constant time. */
import { createHmac, timingSafeEqual } from 'node:crypto'

export const signNotice = (body: string, secret: string): string =>
  createHmac('sha256', secret).update(body, 'utf8').digest('hex')

export function isSignedBy(body: string, signature: string, secret: string): boolean {
  const expected = Buffer.from(signNotice(body, secret), 'utf8')
  const given = Buffer.from(signature, 'utf8')
  return expected.length === given.length && timingSafeEqual(expected, given)
}
