/** Reads and moves stock in the database; the statements and why they are safe are in stock-statements.ts. */
import type { SqlExecutor } from '@souk/kit'
import * as statements from './stock-statements.ts'
import { stockLimits } from '../config.ts'
import type { EntryReason, HoldState, Shortage, Stock, UnitsBySku } from './stock.ts'

export type NewHold = {
  readonly holdId: string
  readonly units: UnitsBySku
  readonly expiresAt: Date
  readonly now: Date
}

/** `found`: a hold by this id is there already, whatever became of it. */
export type HoldAnswer =
  | { readonly outcome: 'held' }
  | {
      readonly outcome: 'found'
      readonly state: HoldState
      readonly sameUnits: boolean
      readonly lasts: boolean
    }
  | { readonly outcome: 'short'; readonly shortages: readonly Shortage[] }

export type NewEntry = {
  readonly reason: EntryReason
  readonly id: string
  /** Change of units on hand. */
  readonly units: UnitsBySku
  readonly note: string | null
  readonly now: Date
}

/** `short`: SKUs that can't be changed so: unknown (not in `available`), below what is held, or above the most there may be. */
export type EntryAnswer =
  | { readonly outcome: 'written' }
  | { readonly outcome: 'found'; readonly sameUnits: boolean }
  | {
      readonly outcome: 'short'
      readonly skuIds: readonly string[]
      readonly available: ReadonlyMap<string, number>
    }

/** Holds all of it or nothing. One statement if it can be held, two if not. */
export async function holdStock(
  sql: SqlExecutor,
  { holdId, units, expiresAt, now }: NewHold,
): Promise<HoldAnswer> {
  const demands = JSON.stringify(units)
  const [row] = await sql.$queryRawUnsafe<{ held: boolean; moved: number; short: string[] }[]>(
    statements.holdSql,
    holdId,
    demands,
    expiresAt,
    now,
  )
  if (row?.held) {
    assertAllMoved(row.moved, units)
    return { outcome: 'held' }
  }
  const short = row?.short ?? []
  const [found] = await sql.$queryRawUnsafe<FoundHold[]>(statements.readHoldSql, holdId, demands, now, short)
  if (found?.state)
    return {
      outcome: 'found',
      state: found.state,
      sameUnits: found.same === true,
      lasts: found.lasts === true,
    }
  const available = found?.available ?? {}
  return {
    outcome: 'short',
    shortages: short
      .sort()
      .map((skuId) => ({ skuId, wanted: units[skuId] ?? 0, available: available[skuId] ?? 0 })),
  }
}

type FoundHold = {
  state: HoldState | null
  same: boolean | null
  lasts: boolean | null
  available: Record<string, number> | null
}

/** The state that the hold ends in. Only one of commit, release and expiry takes it out of HELD. Null if there is none. */
export async function commitHold(sql: SqlExecutor, holdId: string, now: Date): Promise<HoldState | null> {
  const [row] = await sql.$queryRawUnsafe<{ ended: boolean }[]>(statements.commitSql, holdId, now)
  return row?.ended ? 'COMMITTED' : await readHoldState(sql, holdId)
}

/** As `commitHold`, and the units go back. */
export async function releaseHold(sql: SqlExecutor, holdId: string, now: Date): Promise<HoldState | null> {
  const [row] = await sql.$queryRawUnsafe<{ ended: boolean }[]>(statements.releaseSql, holdId, now)
  return row?.ended ? 'RELEASED' : await readHoldState(sql, holdId)
}

async function readHoldState(sql: SqlExecutor, holdId: string): Promise<HoldState | null> {
  const [row] = await sql.$queryRawUnsafe<{ state: HoldState }[]>(statements.readHoldStateSql, holdId)
  return row?.state ?? null
}

/** Gives back the units of holds whose time is over, at most one batch; returns how many holds. */
export async function expireHolds(sql: SqlExecutor, now: Date, holdsMax: number): Promise<number> {
  const [row] = await sql.$queryRawUnsafe<{ count: number }[]>(statements.expireSql, now, holdsMax)
  return row?.count ?? 0
}

/** Changes units on hand once per reason and id, all or none, never below what is held. */
export async function writeEntry(
  sql: SqlExecutor,
  { reason, id, units, note, now }: NewEntry,
): Promise<EntryAnswer> {
  const deltas = JSON.stringify(units)
  const [row] = await sql.$queryRawUnsafe<{ written: boolean; moved: number; short: string[] }[]>(
    statements.entrySql,
    reason,
    id,
    deltas,
    note,
    now,
    stockLimits.onHandMax,
  )
  if (row?.written) {
    assertAllMoved(row.moved, units)
    return { outcome: 'written' }
  }
  const short = row?.short ?? []
  const [found] = await sql.$queryRawUnsafe<
    { same: boolean | null; available: Record<string, number> | null }[]
  >(statements.readEntrySql, reason, id, deltas, short)
  if (found && found.same !== null) return { outcome: 'found', sameUnits: found.same }
  return {
    outcome: 'short',
    skuIds: short.sort(),
    available: new Map(Object.entries(found?.available ?? {})),
  }
}

export async function stockBySku(
  sql: SqlExecutor,
  skuIds: readonly string[],
): Promise<ReadonlyMap<string, Stock>> {
  const rows = await sql.$queryRawUnsafe<{ sku_id: string; on_hand: number; held: number }[]>(
    statements.readStockSql,
    skuIds,
  )
  return new Map(rows.map((row) => [row.sku_id, { onHand: row.on_hand, held: row.held }]))
}

function assertAllMoved(moved: number, units: UnitsBySku): void {
  const wanted = Object.keys(units).length
  if (moved !== wanted) throw new Error(`A stock change of ${wanted} SKUs moved ${moved}.`)
}
