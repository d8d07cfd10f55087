/** Stock in random order on a real PostgreSQL: never negative, always what a simple model says, always the sum of its ledger. */
import {
  stockHold,
  stockHoldCommit,
  stockHoldRelease,
  stockReceipt,
  stockReturn,
  stockSale,
} from '@souk/contracts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { key, openProducts, type ProductsUnderTest } from '../testing/open-products.ts'

let products: ProductsUnderTest
let shopId: string

beforeAll(async () => {
  products = await openProducts()
  shopId = await products.openShop()
})

afterAll(async () => {
  await products.close()
})

const openingStock = 6
// Short enough that no signed viewer runs out while a test moves the clock.
const tickMs = 100

type Units = readonly { readonly sku: number; readonly quantity: number }[]

type Step =
  | { readonly do: 'hold'; readonly id: number; readonly units: Units; readonly ticks: number }
  | { readonly do: 'commit' | 'release'; readonly id: number }
  | { readonly do: 'receive' | 'takeBack' | 'sell'; readonly id: number; readonly units: Units }
  | { readonly do: 'wait'; readonly ticks: number }
  | { readonly do: 'expire' }

const unitsOf = fc.uniqueArray(fc.record({ sku: fc.nat(2), quantity: fc.integer({ min: 1, max: 4 }) }), {
  selector: ({ sku }) => sku,
  minLength: 1,
})
const id = fc.nat(4)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('hold' as const),
      id,
      units: unitsOf,
      ticks: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('commit' as const, 'release' as const), id }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('receive' as const, 'takeBack' as const, 'sell' as const),
      id,
      units: unitsOf,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ticks: fc.integer({ min: 1, max: 2 }) }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'expire' }) },
)

/** Runs a step on the database; true or false is its answer, 'error' a ClientError. */
async function run(world: World, each: Step): Promise<boolean | 'error'> {
  const { skuIds, run: prefix } = world
  const demands =
    'units' in each ? each.units.map(({ sku, quantity }) => ({ skuId: skuIds[sku] ?? '', quantity })) : []
  const name = 'id' in each ? `${prefix} ${each.id}` : ''
  try {
    switch (each.do) {
      case 'hold':
        return (await products.call(stockHold, { holdId: name, demands, expiresAt: after(each.ticks) })).held
      case 'commit':
        return await products.call(stockHoldCommit, { holdId: name })
      case 'release':
        return await products.call(stockHoldRelease, { holdId: name })
      case 'receive':
        return await products.call(stockReceipt, { receiptId: name, demands })
      case 'takeBack':
        return await products.call(stockReturn, { returnId: name, demands })
      case 'sell':
        return await products.call(stockSale, { saleId: name, demands })
      case 'wait':
        products.clock.advance(each.ticks * tickMs)
        return true
      case 'expire':
        await products.running.runJob('release-expired-holds')
        return true
    }
  } catch (error) {
    if (/_DIFFERS/.test(String(error))) return 'error'
    throw error
  }
}

const after = (ticks: number): string =>
  new Date(products.clock.now().getTime() + ticks * tickMs).toISOString()

type World = { readonly skuIds: readonly string[]; readonly run: string }

async function newWorld(): Promise<World> {
  const goods = await Promise.all([0, 1, 2].map(() => products.createGoods(shopId, { stock: openingStock })))
  return { skuIds: goods.map(({ skuId }) => skuId), run: key() }
}

type StockRow = {
  readonly on_hand: number
  readonly held: number
  readonly moved_on_hand: number
  readonly moved_held: number
}

/** Stock of each SKU beside the sums of its ledger. */
async function readStock({ skuIds }: World): Promise<readonly StockRow[]> {
  return await products.database.$queryRawUnsafe<StockRow[]>(
    `SELECT s.on_hand, s.held, sum(m.on_hand_delta)::int AS moved_on_hand, sum(m.held_delta)::int AS moved_held
     FROM unnest($1::text[]) WITH ORDINALITY AS wanted(sku_id, place)
     JOIN sku_stock s ON s.sku_id = wanted.sku_id JOIN stock_movement m ON m.sku_id = s.sku_id
     GROUP BY wanted.place, s.sku_id ORDER BY wanted.place`,
    skuIds,
  )
}

function expectSound(rows: readonly StockRow[]): void {
  expect(rows).toHaveLength(3)
  for (const row of rows) {
    expect(row.held).toBeGreaterThanOrEqual(0)
    expect(row.on_hand).toBeGreaterThanOrEqual(row.held)
    expect({ onHand: row.moved_on_hand, held: row.moved_held }).toEqual({
      onHand: row.on_hand,
      held: row.held,
    })
  }
}

/** What stock should do, written so plainly that it can be believed: one step at a time, in memory. */
class Model {
  readonly onHand = [openingStock, openingStock, openingStock]
  readonly holds = new Map<number, { units: Units; state: 'held' | 'sold' | 'over'; endsAt: number }>()
  readonly entries = new Map<string, string>()
  now = 0

  held(sku: number): number {
    const open = [...this.holds.values()].filter((hold) => hold.state === 'held')
    return open
      .flatMap((hold) => hold.units)
      .filter((line) => line.sku === sku)
      .reduce((sum, line) => sum + line.quantity, 0)
  }

  run(each: Step): boolean | 'error' {
    switch (each.do) {
      case 'hold':
        return this.hold(each)
      case 'commit':
        return this.commit(each.id)
      case 'release':
        return this.release(each.id)
      case 'receive':
      case 'takeBack':
      case 'sell':
        return this.enter(each.do, each.id, each.units)
      case 'wait':
        this.now += each.ticks
        return true
      case 'expire':
        for (const hold of this.holds.values())
          if (hold.state === 'held' && hold.endsAt <= this.now) hold.state = 'over'
        return true
    }
  }

  private hold(each: Extract<Step, { do: 'hold' }>): boolean | 'error' {
    const known = this.holds.get(each.id)
    if (known) {
      if (asText(known.units) !== asText(each.units)) return 'error'
      return known.state === 'sold' || (known.state === 'held' && known.endsAt > this.now)
    }
    if (!this.suffices(each.units)) return false
    this.holds.set(each.id, { units: each.units, state: 'held', endsAt: this.now + each.ticks })
    return true
  }

  private commit(holdId: number): boolean {
    const hold = this.holds.get(holdId)
    if (hold?.state === 'held' && hold.endsAt > this.now) {
      hold.state = 'sold'
      this.move(hold.units, -1)
    }
    return hold?.state === 'sold'
  }

  private release(holdId: number): boolean {
    const hold = this.holds.get(holdId)
    if (hold?.state === 'held') hold.state = 'over'
    return hold?.state !== 'sold'
  }

  private enter(kind: string, entryId: number, units: Units): boolean | 'error' {
    const known = this.entries.get(`${kind} ${entryId}`)
    if (known !== undefined) return known === asText(units) ? true : 'error'
    if (kind === 'sell' && !this.suffices(units)) return false
    this.entries.set(`${kind} ${entryId}`, asText(units))
    this.move(units, kind === 'sell' ? -1 : 1)
    return true
  }

  private suffices(units: Units): boolean {
    return units.every(({ sku, quantity }) => (this.onHand[sku] ?? 0) - this.held(sku) >= quantity)
  }

  private move(units: Units, sign: 1 | -1): void {
    for (const { sku, quantity } of units) this.onHand[sku] = (this.onHand[sku] ?? 0) + sign * quantity
  }
}

const asText = (units: Units): string =>
  units
    .map(({ sku, quantity }) => `${sku}: ${quantity}`)
    .sort()
    .join()

test('any order of holds, commits, releases, returns, sales, receipts and expiries ends as the model says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const [world, model] = [await newWorld(), new Model()]
      for (const each of steps)
        expect({ each, answer: await run(world, each) }).toEqual({ each, answer: model.run(each) })
      const rows = await readStock(world)
      expectSound(rows)
      expect(rows.map(({ on_hand, held }) => ({ on_hand, held }))).toEqual(
        model.onHand.map((onHand, sku) => ({ on_hand: onHand, held: model.held(sku) })),
      )
    }),
    { numRuns: 60 },
  )
})

test('all at once, stock is never negative and never other than its ledger', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const world = await newWorld()
      await Promise.all(steps.map((each) => run(world, each)))
      expectSound(await readStock(world))
    }),
    { numRuns: 40 },
  )
})

test('the ledger refuses to be changed', async () => {
  await expect(
    products.database.$executeRawUnsafe('UPDATE stock_movement SET on_hand_delta = 0'),
  ).rejects.toThrow(/only ever inserted/)
  await expect(products.database.$executeRawUnsafe('DELETE FROM stock_movement')).rejects.toThrow(
    /only ever inserted/,
  )
})

test('the database itself refuses stock that is oversold', async () => {
  const { skuIds } = await newWorld()
  const oversell = products.database.$executeRawUnsafe(
    'UPDATE sku_stock SET held = on_hand + 1 WHERE sku_id = $1',
    skuIds[0],
  )
  await expect(oversell).rejects.toThrow(/never_oversold/)
})
