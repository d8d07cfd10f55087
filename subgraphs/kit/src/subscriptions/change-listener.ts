/** One connection that hears of changes at their commit, and asks the outbox for those that it missed while it was down. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { SubgraphName } from '@souk/contracts'
import pg from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import { quoteName, readConnectionSettings } from '../database/connection-settings.ts'
import { subscriptionLimits } from './config.ts'

/** Waits; rejects when the signal fires. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>

export const systemPause: Pause = async (ms, signal) => {
  await sleep(ms, undefined, { signal, ref: false })
}

export type Change = { readonly type: string; readonly entityId: string }

export type ChangeListenerOptions = {
  readonly databaseUrl: string
  readonly schema: string
  readonly subgraph: SubgraphName
  readonly logger: Logger
  readonly pause: Pause
  /** The ids that somebody waits for: only they are asked for after a loss. */
  readonly watched: () => readonly string[]
  readonly onChange: (change: Change) => void
}

export type ChangeListener = {
  /** Connects if it has not yet. Resolves as soon as no change can be missed any more, also if the connection is down just now. */
  listening(): Promise<void>
  close(): Promise<void>
}

export function openChangeListener(options: ChangeListenerOptions): ChangeListener {
  const closing = new AbortController()
  let client: pg.Client | undefined
  let started: Promise<void> | undefined
  let reconnecting: Promise<void> | undefined
  let position: bigint | undefined

  const hear = (payload: string | undefined): void => {
    const { entityId, type, position: heard } = notificationSchema.parse(JSON.parse(payload ?? ''))
    // What is heard while others are still asked for says nothing of those: the connection may be lost again before they have come.
    if (client !== undefined) advance(heard)
    options.onChange({ entityId, type })
  }
  const advance = (reached: string): void => {
    const next = BigInt(reached)
    if (position === undefined || next > position) position = next
  }

  async function connect(): Promise<void> {
    const connecting = openClient(options)
    connecting.on('notification', ({ payload }) => hear(payload))
    try {
      await connecting.connect()
      await connecting.query(`LISTEN ${quoteName(channelOf(options.schema))}`)
      // From here on every commit is heard. What was committed before is in the outbox, from the position on.
      advance(await catchUp(connecting, options, position))
    } catch (error) {
      await connecting.end().catch(() => undefined)
      throw error
    }
    if (closing.signal.aborted) return await connecting.end()
    client = connecting
    connecting.once('end', () => {
      reconnecting = reconnect()
    })
  }

  async function reconnect(): Promise<void> {
    client = undefined
    for (let attempt = 0; !closing.signal.aborted; attempt += 1) {
      const pauseMs = pauseMsBefore(attempt)
      options.logger.warn({ pauseMs }, 'changes are not heard of: the connection that listens was lost')
      try {
        await options.pause(pauseMs, closing.signal)
        return await connect()
      } catch (error) {
        options.logger.debug({ err: error }, 'the database could not be listened to')
      }
    }
  }

  return {
    listening: () => {
      started ??= connect().catch((error: unknown) => {
        started = undefined
        throw error
      })
      return started
    },
    close: async () => {
      closing.abort()
      await started?.catch(() => undefined)
      await client?.end()
      await reconnecting
    },
  }
}

const pauseMsBefore = (attempt: number): number =>
  Math.min(subscriptionLimits.reconnectMsMin * 2 ** attempt, subscriptionLimits.reconnectMsMax)

/** Tells of what was missed since a position, and returns the one that is reached. */
async function catchUp(
  client: pg.Client,
  { subgraph, watched, onChange }: ChangeListenerOptions,
  since: bigint | undefined,
): Promise<string> {
  const reached = await client.query<{ position: string }>(positionSql)
  if (since !== undefined) {
    const values = [subgraph, since.toString(), watched()]
    const { rows } = await client.query<{ entity_id: string; type: string }>(missedSql, values)
    for (const row of rows) onChange({ entityId: row.entity_id, type: row.type })
  }
  return reached.rows[0]?.position ?? '0'
}

function openClient({ databaseUrl, schema, logger }: ChangeListenerOptions): pg.Client {
  const client = new pg.Client({
    ...readConnectionSettings(databaseUrl, schema),
    application_name: `souk-${schema}-changes`,
    keepAlive: true,
    keepAliveInitialDelayMillis: subscriptionLimits.tcpProbeMs,
    query_timeout: subscriptionLimits.statementMsMax,
  })
  // Its end follows, and is what is acted on.
  client.on('error', (error) => logger.debug({ err: error }, 'the connection that listens failed'))
  return client
}

/** As the trigger of each subgraph's outbox names it. */
export const channelOf = (schema: string): string => `${schema}_changes`

const notificationSchema = z.object({ entityId: z.string(), type: z.string(), position: z.string() })

// Not `seq`, which is given out before the commit: a row with a lower one may become visible later. Transactions before the
// oldest one that still runs have all ended, and PostgreSQL delivers notifications in the order of commits.
const positionSql = 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS position'

const missedSql = `
SELECT DISTINCT entity_id, type FROM outbox_event
WHERE consumer = $1 AND written_in >= $2::xid8 AND entity_id = ANY($3::text[])`
