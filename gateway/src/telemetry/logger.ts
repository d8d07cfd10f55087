/** The log: one summary line for each request, faults in full, nothing that a client sent besides its operation's name. */
import { type Logger as PinoLogger, pino } from 'pino'
import type { RequestSummary } from '../request/request-summary.ts'

export type Logger = PinoLogger

export const createLogger = (level: string): Logger => pino({ level, base: { part: 'gateway' } })

export function logRequest(logger: Logger, { fault, durationMs, ...summary }: RequestSummary): void {
  const line = { ...summary, durationMs: Math.round(durationMs * 10) / 10 }
  if (fault === undefined) logger.info(line, 'request')
  else logger.error({ ...line, err: fault }, 'request failed')
}
