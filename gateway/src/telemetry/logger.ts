/** The log: one summary line for each request, faults in full, nothing that a client sent besides its operation's name. */
import { type Logger as PinoLogger, pino } from 'pino'
import type { RequestSummary, SeenFetch } from '../request/request-summary.ts'

export type Logger = PinoLogger

export const createLogger = (level: string): Logger => pino({ level, base: { part: 'gateway' } })

export type RequestLogOptions = {
  /** 0 calls nothing slow. */
  readonly slowRequestMs: number
}

export function logRequest(
  logger: Logger,
  { fault, durationMs, hash, slowest = [], ...summary }: RequestSummary,
  { slowRequestMs }: RequestLogOptions,
): void {
  const line = { ...summary, durationMs: rounded(durationMs), ...(hash && { hash: shortHash(hash) }) }
  if (fault !== undefined) logger.error({ ...line, err: fault }, 'request failed')
  // A subscription lasts for as long as its client likes.
  else if (slowRequestMs > 0 && durationMs >= slowRequestMs && summary.kind !== 'subscription')
    logger.warn({ ...line, slowest: slowest.map(roundedFetch) }, 'slow request')
  else logger.info(line, 'request')
}

// As manifests of trusted documents have it, in hex, and enough of it to find it there.
const shortHash = (base64: string): string => Buffer.from(base64, 'base64').toString('hex').slice(0, 16)

const roundedFetch = (fetch: SeenFetch): SeenFetch => ({ ...fetch, durationMs: rounded(fetch.durationMs) })

const rounded = (ms: number): number => Math.round(ms * 10) / 10
