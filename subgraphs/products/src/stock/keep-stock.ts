/** Stock as other subgraphs and the shop's staff use it: holds that end in one way only, and entries that count once. */
import { ClientError, notFound, type StockDemand, type StockHoldResult } from '@souk/contracts'
import type { Clock, SqlExecutor } from '@souk/kit'
import { stockLimits } from '../config.ts'
import { type EntryReason, negate, type Stock, sumDemands, type UnitsBySku } from './stock.ts'
import {
  commitHold,
  expireHolds,
  holdStock,
  type NewEntry,
  type NewHold,
  releaseHold,
  stockBySku,
  writeEntry,
} from './stock-store.ts'

export type StockAdjustment = {
  readonly entryId: string
  readonly skuId: string
  readonly delta: number
  readonly reason: string
}

export type StockAdjustmentAnswer =
  | { readonly adjusted: true }
  | { readonly adjusted: false; readonly available: number }

export type StockKeeper = ReturnType<typeof openStockKeeper>

export function openStockKeeper(database: SqlExecutor, clock: Clock) {
  return {
    hold: (holdId: string, demands: readonly StockDemand[], expiresAt: Date): Promise<StockHoldResult> =>
      hold(database, { holdId, units: sumDemands(demands), expiresAt, now: clock.now() }),

    /** Whether the hold's units are sold: now, or by an earlier call. */
    commit: async (holdId: string): Promise<boolean> =>
      (await commitHold(database, holdId, clock.now())) === 'COMMITTED',

    /** Whether nothing is held by this id any more. False for what was sold. */
    release: async (holdId: string): Promise<boolean> =>
      (await releaseHold(database, holdId, clock.now())) !== 'COMMITTED',

    receive: (receiptId: string, demands: readonly StockDemand[]): Promise<boolean> =>
      putOnShelf(database, entry('RECEIPT', receiptId, sumDemands(demands))),

    takeBack: (returnId: string, demands: readonly StockDemand[]): Promise<boolean> =>
      putOnShelf(database, entry('RETURN', returnId, sumDemands(demands))),

    /** All units or none; false if any SKU has too few. */
    sell: (saleId: string, demands: readonly StockDemand[]): Promise<boolean> =>
      takeFromShelf(database, entry('SALE', saleId, negate(sumDemands(demands)))),

    /** Within the caller's transaction, so that it is one with the idempotency key. */
    adjust: (
      sql: SqlExecutor,
      { entryId, skuId, delta, reason }: StockAdjustment,
    ): Promise<StockAdjustmentAnswer> =>
      adjust(sql, { ...entry('ADJUSTMENT', entryId, { [skuId]: delta }), note: reason }, skuId),

    /** Gives back what expired holds held; returns how many holds ended. */
    expire: (): Promise<number> => expire(database, clock),

    stockBySku: (skuIds: readonly string[]): Promise<ReadonlyMap<string, Stock>> =>
      stockBySku(database, skuIds),
  }

  function entry(reason: EntryReason, id: string, units: UnitsBySku): NewEntry {
    return { reason, id, units, note: null, now: clock.now() }
  }
}

async function hold(database: SqlExecutor, request: NewHold): Promise<StockHoldResult> {
  const answer = await holdStock(database, request)
  if (answer.outcome === 'held') return { held: true, shortages: [] }
  if (answer.outcome === 'short') return { held: false, shortages: answer.shortages }
  if (!answer.sameUnits) {
    throw new ClientError(
      'STOCK_HOLD_DIFFERS',
      `The hold "${request.holdId}" is there already, for other units. Use a new id.`,
    )
  }
  // A hold that has ended without a sale holds nothing; saying that it does would let its order take a payment for nothing.
  const holds = answer.state === 'COMMITTED' || (answer.state === 'HELD' && answer.lasts)
  return { held: holds, shortages: [] }
}

async function putOnShelf(database: SqlExecutor, entry: NewEntry): Promise<true> {
  const answer = await writeEntry(database, entry)
  if (answer.outcome === 'found') assertSameUnits(answer.sameUnits, entry)
  if (answer.outcome === 'short') {
    const unknown = answer.skuIds.find((skuId) => !answer.available.has(skuId))
    throw unknown === undefined ? tooMany(answer.skuIds[0] ?? '') : notFound('SKU', unknown)
  }
  return true
}

async function takeFromShelf(database: SqlExecutor, entry: NewEntry): Promise<boolean> {
  const answer = await writeEntry(database, entry)
  if (answer.outcome === 'found') assertSameUnits(answer.sameUnits, entry)
  return answer.outcome !== 'short'
}

async function adjust(sql: SqlExecutor, entry: NewEntry, skuId: string): Promise<StockAdjustmentAnswer> {
  const answer = await writeEntry(sql, entry)
  if (answer.outcome !== 'short') return { adjusted: true }
  const available = answer.available.get(skuId)
  if (available === undefined) throw notFound('SKU', skuId)
  if ((entry.units[skuId] ?? 0) > 0) throw tooMany(skuId)
  return { adjusted: false, available }
}

async function expire(database: SqlExecutor, clock: Clock): Promise<number> {
  let ended = 0
  for (let batch = 0; batch < stockLimits.expiryBatchesMax; batch += 1) {
    const count = await expireHolds(database, clock.now(), stockLimits.expiredHoldsPerBatch)
    ended += count
    if (count < stockLimits.expiredHoldsPerBatch) break
  }
  return ended
}

function assertSameUnits(same: boolean, { reason, id }: NewEntry): void {
  if (same) return
  throw new ClientError(
    'STOCK_ENTRY_DIFFERS',
    `The ${reason.toLowerCase()} "${id}" is there already, with other units. Use a new id.`,
  )
}

const tooMany = (skuId: string): ClientError =>
  new ClientError(
    'BAD_INPUT',
    `An SKU has at most ${stockLimits.onHandMax} units on hand; "${skuId}" would have more.`,
  )
