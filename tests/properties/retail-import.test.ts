/** Whatever a retail file holds: its lines are parted into buckets, both sides agree, and neither a repeat nor a kill changes the end. */
import { type ImportReport, runImport, silentProgress } from '@souk/gateway'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  openMemoryMarket,
  type RetailRow,
  retailRow,
  retailText,
  writeTemporaryFile,
} from '../support/retail-files.ts'

type Market = ReturnType<typeof openMemoryMarket>

// Few values of each, so that sales, cancellations and prices meet often.
const row: fc.Arbitrary<RetailRow> = fc.record({
  invoice: fc.constantFrom('1', '2', '3', '4', 'C5', 'C6', 'C7', 'C8', 'A9', ''),
  code: fc.constantFrom('22423', '22632', '85123A', '85123a', 'POST', 'ODD CODE'),
  description: fc.constantFrom('CAKESTAND', '', '"WITH, COMMA"', '"OPEN', '6" PLATE'),
  quantity: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: -6, max: 12 }) },
    { weight: 1, arbitrary: fc.constantFrom('x', '1.5', '') },
  ),
  at: fc.constantFrom('2010-12-01T08:26', '2010-12-02 09:00', '2010-12-03T10:00:59', '2010-13-01T00:00'),
  price: fc.constantFrom('2.55', '2.55', '2.55', '3.1', '0', '0.001', '-1'),
  customer: fc.constantFrom('17850', '17850', '12583', ''),
  country: fc.constantFrom('United Kingdom', 'United Kingdom', 'United Kingdom', 'EIRE'),
})

/** Sales and cancellations that are sound, so that what comes later in the flow is reached often. */
const soundRow: fc.Arbitrary<RetailRow> = fc
  .record({
    invoice: fc.integer({ min: 1, max: 12 }),
    code: fc.constantFrom('22423', '22632'),
    units: fc.integer({ min: 1, max: 9 }),
    isCancelled: fc.boolean(),
    price: fc.constantFrom('2.55', '3.1'),
  })
  .map(({ invoice, code, units, isCancelled, price }) => ({
    invoice: isCancelled ? `C${invoice + 100}` : String(invoice),
    code,
    price,
    quantity: isCancelled ? -units : units * 2,
    at: `2010-12-${String(isCancelled ? invoice + 3 : invoice).padStart(2, '0')}T10:00`,
  }))

const files = fc
  .array(fc.oneof({ weight: 2, arbitrary: row }, { weight: 3, arbitrary: soundRow }), { maxLength: 60 })
  .map((rows) => rows.map(retailRow))

const importInto = (market: Market, file: string): Promise<ImportReport> =>
  runImport({ file, call: market.call, progress: silentProgress })

const runs = { numRuns: 150 }

test('every line is in one bucket, and both sides agree to the penny', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (lines) => {
      const market = openMemoryMarket()
      const { reconciliation } = await importInto(market, writeTemporaryFile(retailText(lines)))
      expect(reconciliation.checks.filter((check) => !check.isTrue)).toEqual([])
      expect(reconciliation.buckets.reduce((sum, { totals }) => sum + totals.lines, 0)).toBe(lines.length)
    }),
    runs,
  )
})

test('a second run changes nothing and tells the same', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (lines) => {
      const market = openMemoryMarket()
      const file = writeTemporaryFile(retailText(lines))
      const first = await importInto(market, file)
      const before = market.snapshot()
      const second = await importInto(market, file)
      expect(second.isNew).toEqual({ products: 0, orders: 0, cases: 0 })
      expect(second.reconciliation).toEqual(first.reconciliation)
      expect(market.snapshot()).toEqual(before)
    }),
    runs,
  )
})

test('a run that is cut short at any call ends, when run again, where an undisturbed one does', async () => {
  await fc.assert(
    fc.asyncProperty(
      files,
      fc.array(fc.tuple(fc.integer({ min: 1, max: 14 }), fc.constantFrom('BEFORE', 'AFTER')), {
        minLength: 1,
        maxLength: 3,
      }),
      async (lines, kills) => {
        const file = writeTemporaryFile(retailText(lines))
        const undisturbed = openMemoryMarket()
        const expected = await importInto(undisturbed, file)
        const market = openMemoryMarket()
        for (const [callNumber, when] of kills) {
          market.failAt(callNumber, when)
          await importInto(market, file).catch(() => undefined)
        }
        market.failAt(Infinity, 'BEFORE')
        const { reconciliation } = await importInto(market, file)
        expect(reconciliation).toEqual(expected.reconciliation)
        expect(market.snapshot()).toEqual(undisturbed.snapshot())
      },
    ),
    runs,
  )
})

// A cancellation that found no sale finds it once the file with the sale is there and its own is imported again.
test('months in the wrong order settle when the first is imported again, and stay so', async () => {
  await fc.assert(
    fc.asyncProperty(files, files, async (later, earlier) => {
      const market = openMemoryMarket()
      const [first, second] = [writeTemporaryFile(retailText(later)), writeTemporaryFile(retailText(earlier))]
      await importInto(market, first)
      await importInto(market, second)
      await importInto(market, first)
      const settled = market.snapshot()
      for (const file of [second, first]) {
        const { reconciliation, isNew } = await importInto(market, file)
        expect(reconciliation.checks.filter((check) => !check.isTrue)).toEqual([])
        expect(isNew).toEqual({ products: 0, orders: 0, cases: 0 })
      }
      expect(market.snapshot()).toEqual(settled)
    }),
    runs,
  )
})
