/** Writes down that entities have changed, in the transaction that changes them, for whoever watches them. */
import type { Ids, SubgraphName } from '@souk/contracts'
import type { SqlExecutor } from '../sql.ts'

export type RecordedChange = {
  readonly subgraph: SubgraphName
  /** Past tense and versioned, such as live-room.changed.v1. */
  readonly type: string
  readonly entityId: string
  readonly at: Date
  readonly ids: Ids
}

/**
 * A row of the subgraph's outbox for the subgraph itself, which no relay delivers: its insertion notifies every process that listens.
 * `await recordChange(transaction, { subgraph: 'content', type: 'live-room.sold.v1', entityId: roomId, at: clock.now(), ids })`
 */
export async function recordChange(
  transaction: SqlExecutor,
  { subgraph, type, entityId, at, ids }: RecordedChange,
): Promise<void> {
  await transaction.$executeRawUnsafe(recordSql, ids.next(), subgraph, type, entityId, at)
}

const recordSql = `
INSERT INTO outbox_event (id, consumer, type, entity_id, payload, occurred_at, next_attempt_at, delivered_at)
VALUES ($1, $2, $3, $4, '{}', $5, $5, $5)`
