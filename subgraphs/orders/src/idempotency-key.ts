/** Idempotency keys that are kept on the row they made, so that claiming one costs no statement of its own. */
import { createHash } from 'node:crypto'
import { textLimits } from './config.ts'
import { badInput } from './errors.ts'

export type KeyedInput = { readonly key: string; readonly hash: string }

/** The key with a hash of the input it came with, by which a key that is used for something else is found out. */
export function keyedInput(key: string, input: unknown): KeyedInput {
  if (key.length === 0 || key.length > textLimits.idempotencyKeyMax) {
    throw badInput(`"idempotencyKey" has 1 to ${textLimits.idempotencyKeyMax} characters.`)
  }
  return { key, hash: createHash('sha256').update(JSON.stringify(input, sortedKeys)).digest('hex') }
}

/** The order of keys in an object says nothing, and a bigint is its digits. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
}
