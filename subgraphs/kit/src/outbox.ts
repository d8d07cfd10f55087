/** The outbox: events are written in the transaction that causes them, and a relay delivers them, in order per entity. */
import {
  consumersOf,
  type EventEnvelope,
  type EventPayload,
  type EventType,
  eventSchemas,
  type Ids,
  type SubgraphName,
} from '@souk/contracts'
import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import { type SqlExecutor, type SubgraphDatabase, transact } from './sql.ts'

export type NewEvent<T extends EventType = EventType> = {
  [K in T]: { readonly type: K; readonly entityId: string; readonly payload: EventPayload<K> }
}[T]

export type Outbox = {
  /** Writes events inside the caller's transaction, one row a consumer, in one statement. */
  append(transaction: SqlExecutor, events: readonly NewEvent[]): Promise<void>
  /** Wakes the relay. Call it after the commit; forgetting it costs a poll interval, not an event. */
  kick(): void
}

/** Delivers events to one consumer; resolves to the ids that it has handled. */
export type DeliverEvents = (
  consumer: SubgraphName,
  events: readonly EventEnvelope[],
) => Promise<readonly string[]>

export type OutboxOptions = {
  readonly database: SubgraphDatabase
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  readonly deliver: DeliverEvents
  readonly pollMs?: number
}

export const outboxLimits = {
  /** Entities whose events are leased at once. */
  entitiesMax: 200,
  // Longer than a delivery may take. Short would deliver twice and out of order; long only delays what a crash left behind.
  leaseMs: 30_000,
  pollMs: 1_000,
  retryMsMin: 1_000,
  retryMsMax: 10 * 60_000,
} as const

export type OutboxRelay = Outbox & {
  start(): void
  /** Delivers everything that is due. Resolves when nothing is left that could be delivered now. */
  drain(): Promise<void>
  stop(): Promise<void>
}

export function openOutbox(options: OutboxOptions): OutboxRelay {
  let running: Promise<void> | undefined
  let again = false
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const run = async (): Promise<void> => {
    do {
      again = false
      await deliverAllDue(options)
    } while (again && !stopped)
  }
  const drain = (): Promise<void> => {
    again = true
    running ??= run().finally(() => (running = undefined))
    return running
  }
  const drainInBackground = (): void => {
    drain().catch((error: unknown) => options.logger.error({ err: error }, 'the outbox relay failed'))
  }
  return {
    append: (transaction, events) => appendEvents(transaction, events, options),
    kick: () => {
      if (timer !== undefined) drainInBackground()
    },
    start: () => {
      timer ??= setInterval(drainInBackground, options.pollMs ?? outboxLimits.pollMs)
      drainInBackground()
    },
    drain,
    stop: async () => {
      stopped = true
      clearInterval(timer)
      timer = undefined
      await running?.catch(() => undefined)
    },
  }
}

/** Runs `work` in a transaction together with the events it publishes, and wakes the relay after the commit. */
export async function writeWithEvents<Transaction extends SqlExecutor, T>(
  database: SubgraphDatabase,
  outbox: Outbox,
  work: (transaction: Transaction, publish: (event: NewEvent) => void) => Promise<T>,
): Promise<T> {
  const events: NewEvent[] = []
  const result = await transact(database, async (transaction) => {
    events.length = 0
    const value = await work(transaction as Transaction, (event) => void events.push(event))
    await outbox.append(transaction, events)
    return value
  })
  if (events.length > 0) outbox.kick()
  return result
}

async function appendEvents(
  transaction: SqlExecutor,
  events: readonly NewEvent[],
  { ids, clock }: OutboxOptions,
): Promise<void> {
  const rows = events.flatMap((event) => {
    const payload = eventSchemas[event.type].parse(event.payload)
    const id = ids.next()
    return consumersOf(event.type).map((consumer) => ({
      id,
      consumer,
      type: event.type,
      entity_id: event.entityId,
      payload,
    }))
  })
  if (rows.length === 0) return
  await transaction.$executeRawUnsafe(appendSql, JSON.stringify(rows), clock.now())
}

async function deliverAllDue(options: OutboxOptions): Promise<void> {
  for (;;) {
    const due = await leaseDue(options)
    const byConsumer = Map.groupBy(due, (row) => row.consumer)
    await Promise.all([...byConsumer].map(([consumer, rows]) => deliverTo(options, consumer, rows)))
    if (due.length < outboxLimits.entitiesMax) return
  }
}

type OutboxRow = {
  seq: bigint
  id: string
  consumer: SubgraphName
  type: EventType
  entity_id: string
  payload: EventPayload<EventType>
  occurred_at: Date
  attempts: number
}

async function leaseDue({ database, clock }: OutboxOptions): Promise<OutboxRow[]> {
  const now = clock.now()
  const leaseEnd = new Date(now.getTime() + outboxLimits.leaseMs)
  const rows = await database.$queryRawUnsafe<OutboxRow[]>(leaseSql, now, leaseEnd, outboxLimits.entitiesMax)
  return rows.sort((left, right) => Number(left.seq - right.seq))
}

async function deliverTo(
  options: OutboxOptions,
  consumer: SubgraphName,
  rows: readonly OutboxRow[],
): Promise<void> {
  let handled: ReadonlySet<string> = new Set()
  try {
    handled = new Set(await options.deliver(consumer, rows.map(toEnvelope)))
  } catch (error) {
    options.logger.warn(
      { err: error, consumer, events: rows.length },
      'events could not be delivered and will be tried again',
    )
  }
  const delivered = rows.filter((row) => handled.has(row.id))
  const failed = rows.filter((row) => !handled.has(row.id))
  const now = options.clock.now()
  if (delivered.length > 0)
    await options.database.$executeRawUnsafe(
      deliveredSql,
      delivered.map((row) => row.seq),
      now,
    )
  if (failed.length > 0)
    await options.database.$executeRawUnsafe(
      failedSql,
      failed.map((row) => row.seq),
      nextAttempt(failed, now),
    )
}

/** When to try again: twice as late each time. Events behind the first failed one of an entity wait with it. */
function nextAttempt(failed: readonly OutboxRow[], now: Date): Date {
  const attempts = Math.max(...failed.map((row) => row.attempts))
  return new Date(now.getTime() + Math.min(outboxLimits.retryMsMin * 2 ** attempts, outboxLimits.retryMsMax))
}

const toEnvelope = (row: OutboxRow): EventEnvelope => ({
  id: row.id,
  type: row.type,
  entityId: row.entity_id,
  occurredAt: row.occurred_at.toISOString(),
  payload: row.payload,
})

const appendSql = `
INSERT INTO outbox_event (id, consumer, type, entity_id, payload, occurred_at, next_attempt_at)
SELECT id, consumer, type, entity_id, payload, $2, $2
FROM jsonb_to_recordset($1::jsonb) AS e(id text, consumer text, type text, entity_id text, payload jsonb)`

// Leases whole entities by their first undelivered event. Two relays never hold events of one entity at once, and so never
// deliver them in the wrong order: who can't lock the first one takes none, and a first one that was leased or delivered
// since the snapshot no longer fits the condition when its lock is had.
const leaseSql = `
WITH first AS (
  SELECT consumer, entity_id FROM outbox_event due
  WHERE delivered_at IS NULL AND next_attempt_at <= $1
    AND NOT EXISTS (
      SELECT 1 FROM outbox_event earlier
      WHERE earlier.delivered_at IS NULL AND earlier.consumer = due.consumer AND earlier.entity_id = due.entity_id
        AND earlier.seq < due.seq)
  ORDER BY seq LIMIT $3
  FOR UPDATE SKIP LOCKED)
UPDATE outbox_event event SET next_attempt_at = $2
FROM first
WHERE event.consumer = first.consumer AND event.entity_id = first.entity_id AND event.delivered_at IS NULL
RETURNING seq, id, event.consumer, type, event.entity_id, payload, occurred_at, attempts`

const deliveredSql = `UPDATE outbox_event SET delivered_at = $2, attempts = attempts + 1 WHERE seq = ANY($1::bigint[])`

const failedSql = `UPDATE outbox_event SET next_attempt_at = $2, attempts = attempts + 1 WHERE seq = ANY($1::bigint[])`
