/** A setting, and the kinds of it that there are many of. */
import { z } from 'zod'

export type Setting = {
  readonly variable: string
  /** For the README, and for the sentence that refuses a wrong value. */
  readonly allowed: string
  readonly schema: z.ZodType<unknown, string | undefined>
}

// A timer that is set for longer fires at once.
export const timerMsLimit = 2_147_483_647

type LimitText = readonly [what: string, fallback: number, most?: number]

export function limit(variable: string, ...[what, fallback, most]: LimitText) {
  const range = most === undefined ? 'at least 1' : `from 1 to ${most}`
  const schema = z
    .string()
    .regex(/^[1-9]\d{0,9}$/)
    .transform(Number)
    .pipe(z.number().max(most ?? Number.MAX_SAFE_INTEGER))
    .default(fallback)
  return { variable, allowed: `a whole number of ${what}, ${range} (default ${fallback})`, schema }
}

export function limitOrNone(variable: string, ...[what, fallback, most]: Required<LimitText>) {
  const schema = z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .pipe(z.number().max(most))
    .default(fallback)
  return { variable, allowed: `a whole number of ${what}, from 0 to ${most} (default ${fallback})`, schema }
}

export function onOrOff(variable: string, what: string) {
  return { variable, allowed: `on or off: ${what} (default on)`, schema: z.enum(['on', 'off']).default('on') }
}
