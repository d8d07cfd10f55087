/** One effect per idempotency key: the first call claims the key with the id of what it makes, a repeat gets that id back. */
import { createHash } from 'node:crypto'
import { ClientError } from '@souk/contracts'
import type { SqlExecutor } from './sql.ts'

export type IdempotencyClaim = {
  /** Id of the thing that this key makes. A repeat continues with the same one, so every step keyed on it happens once. */
  readonly entityId: string
  readonly repeated: boolean
  /** What the first call answered, if it got that far; else null: go on with `entityId`, each step is idempotent. */
  readonly result: unknown
}

export type IdempotencyRequest = {
  /** Whose key it is: two viewers may use the same key. */
  readonly viewerId: string
  readonly operation: string
  readonly key: string
  readonly input: unknown
  /** Id to use if the key is new. */
  readonly newId: string
  readonly now: Date
}

const keyLengthMax = 200

/**
 * Claims a key in one statement. Inside a transaction, a second call with the key waits until the first has ended.
 * Throws `IDEMPOTENCY_KEY_REUSED` if the key came with other input before.
 */
export async function claimIdempotencyKey(
  sql: SqlExecutor,
  request: IdempotencyRequest,
): Promise<IdempotencyClaim> {
  if (request.key.length === 0 || request.key.length > keyLengthMax) {
    throw new ClientError('BAD_INPUT', `"idempotencyKey" has 1 to ${keyLengthMax} characters.`)
  }
  const inputHash = hashOf(request.input)
  const [row] = await sql.$queryRawUnsafe<ClaimRow[]>(
    claimSql,
    request.viewerId,
    request.operation,
    request.key,
    inputHash,
    request.newId,
    request.now,
  )
  if (row === undefined) throw new Error('The claim of an idempotency key returned no row.')
  if (row.input_hash !== inputHash) {
    throw new ClientError(
      'IDEMPOTENCY_KEY_REUSED',
      `The idempotency key "${request.key}" was used for another ${request.operation}. Use a new key.`,
    )
  }
  return { entityId: row.entity_id, repeated: !row.fresh, result: row.result }
}

/** Keeps the answer to repeat. Call it in the transaction that makes the effect. */
export async function storeIdempotentResult(
  sql: SqlExecutor,
  request: IdempotencyRequest,
  result: unknown,
): Promise<void> {
  await sql.$executeRawUnsafe(
    storeSql,
    request.viewerId,
    request.operation,
    request.key,
    JSON.stringify(result),
  )
}

type ClaimRow = { entity_id: string; input_hash: string; result: unknown; fresh: boolean }

// The update that changes nothing makes RETURNING see the row that was there; xmax is 0 only on a row this statement inserted.
const claimSql = `
INSERT INTO idempotency_record (viewer_id, operation, key, input_hash, entity_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (viewer_id, operation, key) DO UPDATE SET key = EXCLUDED.key
RETURNING entity_id, input_hash, result, (xmax = 0) AS fresh`

const storeSql = `
UPDATE idempotency_record SET result = $4::jsonb WHERE viewer_id = $1 AND operation = $2 AND key = $3`

const hashOf = (input: unknown): string =>
  createHash('sha256').update(JSON.stringify(input, sortedKeys)).digest('hex')

/** Makes the order of keys in an object irrelevant to its hash, and lets a bigint in. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
}
