/** Refuses to send an answer that is larger than allowed. */
import { ClientError } from '@souk/contracts'
import { refuseRequest } from '../errors.ts'

/** Returns the text, or throws. */
export function limitAnswer(text: string, bytesMax = Number.POSITIVE_INFINITY): string {
  refuseAbove(bytesOf(text, bytesMax), bytesMax)
  return text
}

/**
 * For answers that are handed on as objects, whatever writes them. They are written once more to be measured, which costs some
 * milliseconds for a megabyte; in exchange no carrier can forget it. Parts of one answer count together.
 */
export function limitPayloads(
  bytesMax: number | undefined,
  areParts: boolean,
): <Payload extends object>(payload: Payload) => Payload {
  if (bytesMax === undefined) return (payload) => payload
  let sent = 0
  return (payload) => {
    const bytes = sent + bytesOf(JSON.stringify(payload), bytesMax - sent)
    refuseAbove(bytes, bytesMax)
    if (areParts) sent = bytes
    return payload
  }
}

export const isTooLarge = (error: unknown): error is ClientError =>
  error instanceof ClientError && error.code === 'GW_RESPONSE_TOO_LARGE'

function refuseAbove(bytes: number, bytesMax: number): void {
  if (bytes <= bytesMax) return
  throw refuseRequest(
    'GW_RESPONSE_TOO_LARGE',
    `The answer has ${bytes} bytes; at most ${bytesMax} are allowed (SOUK_RESPONSE_BYTES_MAX). Ask for less; what a mutation did is done.`,
    { limit: bytesMax, value: bytes },
  )
}

// No character takes more than three bytes a code unit, so most answers are measured without looking at them.
const bytesOf = (text: string, bytesLeft: number): number =>
  text.length * 3 <= bytesLeft ? text.length : Buffer.byteLength(text)
