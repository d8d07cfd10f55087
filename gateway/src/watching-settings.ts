/** The settings of what is seen of a gateway from outside: metrics, logs, traces, health, and how it stops. */
import { z } from 'zod'
import { limit, limitOrNone, type Setting, timerMsLimit } from './setting.ts'

export const watchingSettings = {
  metricsPort: {
    variable: 'SOUK_METRICS_PORT',
    allowed:
      'a port for /metrics, /live and /ready, from 0 to 65535; 0 takes a free one (default: no metrics)',
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.number().max(65_535))
      .optional(),
  },
  metricsHost: {
    variable: 'SOUK_METRICS_HOST',
    allowed: 'a host name or address for that port (default 127.0.0.1)',
    schema: z
      .string()
      .regex(/^[\w.:-]+$/)
      .default('127.0.0.1'),
  },
  metricsOperationsMax: limitOrNone(
    'SOUK_METRICS_OPERATIONS_MAX',
    'operations that metrics tell apart by their names; the rest is one',
    100,
    10_000,
  ),
  incomingTraces: {
    variable: 'SOUK_INCOMING_TRACES',
    allowed: 'ignored or continued: what becomes of the trace that a client names (default ignored)',
    schema: z.enum(['ignored', 'continued']).default('ignored'),
  },
  slowRequestMs: limitOrNone(
    'SOUK_SLOW_REQUEST_MS',
    'milliseconds after which a request is logged as slow, with its slowest fetches; 0 never does that',
    2_000,
    timerMsLimit,
  ),
  requiredSubgraphs: {
    variable: 'SOUK_REQUIRED_SUBGRAPHS',
    allowed: 'subgraphs without which the gateway is not ready, with commas between (default none)',
    schema: z
      .string()
      .transform((text) => text.split(',').map((name) => name.trim()))
      .pipe(z.array(z.string().min(1)))
      .default([]),
  },
  readyFreshMs: limit(
    'SOUK_READY_FRESH_MS',
    'milliseconds for which subgraphs are not asked again whether they are ready',
    1_000,
    timerMsLimit,
  ),
  drainDelayMs: {
    variable: 'SOUK_DRAIN_DELAY_MS',
    allowed:
      'a whole number of milliseconds that requests are served on after /ready has said no, when stopping, from 0 to 2147483647 (default 0, in production 5000)',
    schema: z
      .string()
      .regex(/^\d{1,10}$/)
      .transform(Number)
      .pipe(z.number().max(timerMsLimit))
      .optional(),
  },
  drainIdleMs: limit(
    'SOUK_DRAIN_IDLE_MS',
    'milliseconds that an idle connection has for one more request, when stopping',
    500,
    timerMsLimit,
  ),
} satisfies Record<string, Setting>
