/** The import of dirty files into a market in memory: where every line goes, and what a second run changes. */
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readLines } from './01-read-lines.ts'
import type { CallSubgraph } from './call-subgraph.ts'
import { dataFile } from './catalogue/read-data-file.ts'
import { silentProgress } from './progress/progress.ts'
import { skuIdOf } from './retail/retail-ids.ts'
import { runImport } from './run-import.ts'
import { sellUnits } from './stock/sell-units.ts'
import { type MemoryMarket, openMemoryMarket } from './testing/memory-market.ts'
import {
  retailHeader,
  type RetailRow,
  retailRow,
  retailText,
  writeTemporaryFile,
} from './testing/retail-text.ts'

const importFile = async (file: string, market: MemoryMarket) =>
  await runImport({ file, call: market.call, progress: silentProgress })

const importRows = async (rows: readonly (RetailRow | string)[], market = openMemoryMarket()) => {
  const lines = rows.map((row) => (typeof row === 'string' ? row : retailRow(row)))
  const { reconciliation, isNew } = await importFile(writeTemporaryFile(retailText(lines)), market)
  expect(reconciliation.checks.filter((check) => !check.isTrue)).toEqual([])
  const outcomes = Object.fromEntries(
    reconciliation.buckets.map(({ outcome, totals }) => [outcome, totals.lines]),
  )
  return { outcomes, isNew, reconciliation, market }
}

const outcomeOf = async (row: RetailRow | string) => Object.keys((await importRows([row])).outcomes).join()

describe('a line goes to', () => {
  test.each<[string, RetailRow | string]>([
    ['SALE', {}],
    ['SALE', { code: '84029g' }],
    ['SALE', { code: '15056BL' }],
    ['SALE', { code: 'DCGSSBOY' }],
    ['SALE', { at: '2010-12-01 08:26:31' }],
    ['SALE', { at: '2010-12-01T08:26:31.500Z' }],
    ['SALE', { quantity: '6.0', customer: '17850.0' }],
    ['SALE', { price: '2.550' }],
    ['SALE', { description: '' }],
    ['SALE', { description: '"BREAD BIN, DINER STYLE, IVORY"' }],
    ['SALE', { description: '"ROUND 6"" PLATE"' }],
    ['SALE', { description: 'ROUND 6" PLATE' }],
    ['SALE', { description: '"TWO\nLINES"' }],
    ['SALE', { quantity: 80_995 }],
    ['BAD_ROW', '536365,22423'],
    ['BAD_ROW', `${retailRow()},more`],
    ['BAD_ROW', { description: '"NEVER CLOSED' }],
    ['BAD_ROW', { description: 'NUL\u0000' }],
    ['BAD_ROW', { description: 'X'.repeat(20_000) }],
    ['BAD_INVOICE_NUMBER', { invoice: '' }],
    ['BAD_INVOICE_NUMBER', { invoice: 'X12' }],
    ['BAD_QUANTITY', { quantity: '1.5' }],
    ['BAD_QUANTITY', { quantity: 'six' }],
    ['BAD_QUANTITY', { quantity: '9'.repeat(16) }],
    ['BAD_PRICE', { price: '£2' }],
    ['BAD_PRICE', { price: '' }],
    ['BAD_DATE', { at: '2010-02-30T08:26' }],
    ['BAD_DATE', { at: '12/01/2010 08:26' }],
    ['BAD_DATE', { at: '0010-12-01T08:26' }],
    ['BAD_CUSTOMER', { customer: 'somebody' }],
    [
      'ACCOUNT_ADJUSTMENT',
      { invoice: 'A563185', code: 'B', description: 'Adjust bad debt', price: '11062.06', customer: '' },
    ],
    ['STOCK_ADJUSTMENT', { quantity: -10, price: '0', customer: '', description: '?' }],
    ['ZERO_QUANTITY', { quantity: 0 }],
    ['CANCELLATION_NOT_NEGATIVE', { invoice: 'C536379' }],
    ['NOT_A_PRODUCT', { code: 'POST' }],
    ['NOT_A_PRODUCT', { code: 'm' }],
    ['NOT_A_PRODUCT', { code: 'BANK CHARGES', customer: '' }],
    ['NOT_A_PRODUCT', { code: 'gift_0001_40' }],
    ['UNKNOWN_STOCK_CODE', { code: 'SOMETHING NEW' }],
    ['UNKNOWN_STOCK_CODE', { code: '' }],
    ['NEGATIVE_PRICE', { price: '-11062.06' }],
    ['ZERO_PRICE', { price: '0.00' }],
    ['NOT_WHOLE_PENCE', { code: 'PADS', price: '0.001' }],
    ['NOT_WHOLE_PENCE', { price: '2.555' }],
    ['QUANTITY_TOO_LARGE', { quantity: 1_000_001 }],
    ['PRICE_TOO_LARGE', { price: '10000000.01' }],
    ['NO_CUSTOMER', { customer: '' }],
    ['NO_COUNTRY', { country: '' }],
    ['CANCELLATION_WITHOUT_SALE', { invoice: 'C536379', quantity: -1 }],
  ])('%s: %j', async (outcome, row) => {
    expect(await outcomeOf(row)).toBe(outcome)
  })

  test('its own bucket, though a quote stays open on the line before', async () => {
    const { outcomes } = await importRows([
      { description: '"OPEN' },
      { invoice: '2' },
      { invoice: '3' },
      { invoice: '4' },
      { invoice: '5' },
    ])
    expect(outcomes).toEqual({ BAD_ROW: 1, SALE: 4 })
  })
})

describe('invoices', () => {
  test('a line that stands twice in an invoice was sold twice', async () => {
    const { reconciliation } = await importRows([{}, {}])
    expect(reconciliation.database).toMatchObject({ orders: 1, orderLines: 2, quantity: 12, value: 13_140 })
  })

  test('lines of one invoice that cross a minute, or stand apart in the file, are one order', async () => {
    const { reconciliation } = await importRows([
      {},
      { invoice: '7' },
      { at: '2010-12-01T08:27', code: '22632' },
    ])
    expect(reconciliation.database).toMatchObject({ orders: 2, orderLines: 3 })
  })

  test('an invoice of two customers, or of two countries, is nobody’s', async () => {
    expect((await importRows([{}, { customer: '1' }])).outcomes).toEqual({ INVOICE_CONFLICT: 2 })
    expect((await importRows([{}, { country: 'EIRE' }])).outcomes).toEqual({ INVOICE_CONFLICT: 2 })
  })

  test('a customer may live in two countries', async () => {
    expect((await importRows([{}, { invoice: '2', country: 'EIRE' }])).outcomes).toEqual({ SALE: 2 })
  })

  test('codes in capitals and not are one product', async () => {
    const { isNew } = await importRows([{ code: '84029G' }, { code: '84029g' }])
    expect(isNew.products).toBe(1)
  })

  test('an invoice that came with another file is not sold again', async () => {
    const { market } = await importRows([{}, { invoice: '2' }])
    const { outcomes, isNew } = await importRows([{}, { invoice: '3' }], market)
    expect(outcomes).toEqual({ INVOICE_IN_OTHER_IMPORT: 1, SALE: 1 })
    expect(isNew.orders).toBe(1)
    expect((await importRows([{}, { invoice: '2' }], market)).outcomes).toEqual({ SALE: 2 })
  })
})

describe('cancellations', () => {
  const cancel = (row: RetailRow): RetailRow => ({
    invoice: 'C1',
    quantity: -6,
    at: '2010-12-02T09:00',
    ...row,
  })

  test('find the newest earlier sale first, and go over several orders', async () => {
    const sales = [{}, { invoice: '2', at: '2010-12-01T10:00' }, { invoice: '3', at: '2010-12-03T10:00' }]
    const { outcomes, reconciliation, market } = await importRows([...sales, cancel({ quantity: -8 })])
    expect(outcomes).toEqual({ SALE: 3, AFTER_SALE: 1 })
    expect(reconciliation.database).toMatchObject({
      cases: 2,
      refundLines: 2,
      refundedQuantity: 8,
      refundedValue: 8_760,
    })
    const { cases, orders } = market.snapshot() as {
      cases: { orderId: string; lines: { quantity: number }[] }[]
      orders: { id: string; number: string }[]
    }
    const numberOf = (id: string) => orders.find((order) => order.id === id)?.number
    expect(cases.map((one) => `${one.lines[0]?.quantity} of ${numberOf(one.orderId)}`).sort()).toEqual([
      '2 of 536365',
      '6 of 2',
    ])
  })

  test('never take more than was sold, nor half of a line', async () => {
    const { outcomes, reconciliation } = await importRows([
      {},
      cancel({ quantity: -7 }),
      cancel({ invoice: 'C2', quantity: -6 }),
      cancel({ invoice: 'C3', quantity: -1 }),
    ])
    expect(outcomes).toEqual({ SALE: 1, CANCELLATION_EXCEEDS_SALE: 2, AFTER_SALE: 1 })
    expect(reconciliation.database.refundedQuantity).toBe(6)
  })

  test('at a price that nobody paid are rejected', async () => {
    expect((await importRows([{}, cancel({ price: '9.95' })])).outcomes).toEqual({
      SALE: 1,
      PRICE_DIFFERS_FROM_SALE: 1,
    })
  })

  test('before the sale, of another customer or of another product find nothing', async () => {
    const rows = [
      {},
      cancel({ at: '2010-11-30T09:00' }),
      cancel({ invoice: 'C2', customer: '5' }),
      cancel({ invoice: 'C3', code: '22632' }),
    ]
    expect((await importRows(rows)).outcomes).toEqual({ SALE: 1, CANCELLATION_WITHOUT_SALE: 3 })
  })

  test('find sales that an earlier file brought', async () => {
    const { market } = await importRows([{}])
    expect((await importRows([cancel({ at: '2011-01-04T10:00' })], market)).outcomes).toEqual({
      AFTER_SALE: 1,
    })
  })

  test('put their units back on the shelf', async () => {
    const market = openMemoryMarket()
    await importRows([{}], market)
    const before = market.onHand(skuIdOf('22423'))
    await importRows([cancel({ at: '2011-01-04T10:00', quantity: -4 })], market)
    expect(market.onHand(skuIdOf('22423'))).toBe(before + 4)
  })
})

describe('files', () => {
  const refusalOf = async (content: string | Uint8Array, name?: string) => {
    const file = writeTemporaryFile(content, name)
    return await importFile(file, openMemoryMarket()).then(
      () => 'imported',
      (error: { code: string; message: string }) => `${error.code} ${error.message.replace(file, 'FILE')}`,
    )
  }

  test('of the same lines are one import, however they are written', async () => {
    const market = openMemoryMarket()
    const text = retailText([retailRow(), retailRow({ invoice: '2' })])
    const first = await importFile(writeTemporaryFile(text), market)
    const others = [`\uFEFF${text.replaceAll('\n', '\r\n')}`, gzipSync(text), text.trimEnd(), `${text}\n\n`]
    for (const other of others) {
      const { reconciliation, isNew } = await importFile(writeTemporaryFile(other), market)
      expect(reconciliation.importId).toBe(first.reconciliation.importId)
      expect(reconciliation.isBalanced).toBe(true)
      expect(isNew).toEqual({ products: 0, orders: 0, cases: 0 })
    }
  })

  test('that hold a header and no lines are imported as nothing', async () => {
    expect((await importRows([])).outcomes).toEqual({})
  })

  test('that are none of the format are refused in one sentence', async () => {
    expect(await refusalOf('')).toBe('IMPORT_FILE_EMPTY FILE is empty.')
    expect(await refusalOf('a,b\n1,2\n')).toBe(
      `IMPORT_HEADER_WRONG FILE begins with "a,b"; a retail file begins with ${retailHeader}.`,
    )
    expect(await refusalOf(retailText([]), 'month.csv.gz')).toBe(
      'IMPORT_FILE_DAMAGED FILE is named .gz, but is not compressed with gzip.',
    )
    const cutShort = gzipSync(
      retailText(
        Array.from({ length: 500 }, (_row, index) =>
          retailRow({ invoice: String(index), code: String(10_000 + index * 7) }),
        ),
      ),
    ).subarray(0, 900)
    expect(await refusalOf(cutShort)).toBe(
      'IMPORT_FILE_DAMAGED FILE is damaged or ends too early: the compressed data stops in the middle.',
    )
    await expect(importFile('/no/such/file.csv', openMemoryMarket())).rejects.toThrow(
      "/no/such/file.csv can't be read: there is no such file.",
    )
  })
})

test('a file with more lines than any of its format is refused', async () => {
  const file = writeTemporaryFile(retailText([retailRow(), retailRow()]))
  await expect(readLines(file, { linesMax: 1 })).rejects.toMatchObject({ code: 'IMPORT_FILE_TOO_LARGE' })
  expect((await readLines(file, { linesMax: 2 })).read.lines).toBe(2)
})

describe('units that others take as they arrive', () => {
  const demands = [{ skuId: 'sku', quantity: 2 }]
  const callOf = (salesThatFail: number, log: string[]): CallSubgraph => {
    const answer = async (
      { field }: { readonly field: string },
      variables: Record<string, unknown>,
    ): Promise<unknown> => {
      log.push(`${field} ${String(variables.receiptId ?? variables.saleId)}`)
      return (
        field === '_internalStockReceipt' ||
        log.filter((entry) => entry.includes('Sale')).length > salesThatFail
      )
    }
    return answer as CallSubgraph
  }

  test('arrive once more', async () => {
    const log: string[] = []
    await sellUnits(callOf(1, log), { saleId: 's', demands })
    expect(log).toEqual([
      '_internalStockReceipt s-1',
      '_internalStockSale s',
      '_internalStockReceipt s-2',
      '_internalStockSale s',
    ])
  })

  test('stop the import in the end', async () => {
    await expect(sellUnits(callOf(Infinity, []), { saleId: 's', demands })).rejects.toMatchObject({
      code: 'IMPORT_STOCK_CONTENDED',
    })
  })
})

describe('the real file of December 2010', () => {
  test('agrees with the market to the penny, and a second run changes nothing', async () => {
    const market = openMemoryMarket()
    const file = dataFile('online-retail-2010-12.csv.gz')
    const first = await importFile(file, market)
    expect(first.reconciliation.isBalanced).toBe(true)
    expect(first.reconciliation.read).toEqual({ lines: 42_481, quantity: 342_228, value: 748_957_020_000n })
    expect(first.isNew).toEqual({ products: 2_407, orders: 1_394, cases: 156 })
    const before = JSON.stringify(market.snapshot())
    const second = await importFile(file, market)
    expect(second.isNew).toEqual({ products: 0, orders: 0, cases: 0 })
    expect(second.reconciliation).toEqual(first.reconciliation)
    expect(JSON.stringify(market.snapshot())).toBe(before)
  })

  test('killed in every step of it, it ends the same', async () => {
    const calm = openMemoryMarket()
    const file = dataFile('online-retail-2010-12.csv.gz')
    const expected = await importFile(file, calm)
    const market = openMemoryMarket()
    for (const [callNumber, when] of [
      [3, 'AFTER'],
      [8, 'AFTER'],
      [16, 'BEFORE'],
      [60, 'AFTER'],
    ] as const) {
      market.failAt(callNumber, when)
      await expect(importFile(file, market)).rejects.toThrow('killed')
    }
    market.failAt(Infinity, 'BEFORE')
    const { reconciliation } = await importFile(file, market)
    expect(reconciliation).toEqual(expected.reconciliation)
    expect(JSON.stringify(market.snapshot())).toBe(JSON.stringify(calm.snapshot()))
  })
})
