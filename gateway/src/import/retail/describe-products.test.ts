/** Titles and prices of products, chosen from what their lines say. */
import { expect, test } from 'vitest'
import type { Invoice } from './invoice.ts'
import { chooseTitle, describeProducts } from './describe-products.ts'
import { pounds } from './print-reconciliation.ts'

test('the title is the description that most lines have; of equals the longest', () => {
  expect(chooseTitle('22423', ['CAKESTAND', 'REGENCY CAKESTAND', 'REGENCY  CAKESTAND '])).toBe(
    'REGENCY CAKESTAND',
  )
  expect(chooseTitle('22423', ['JAM JAR', 'JAM JAR WITH LID'])).toBe('JAM JAR WITH LID')
  expect(chooseTitle('22423', ['AB CD', 'AB CE'])).toBe('AB CD')
})

test('an empty description or a sign is no title, however often it stands there', () => {
  expect(chooseTitle('22423', ['', '?', '??', '', 'MUG'])).toBe('MUG')
  expect(chooseTitle('22423', ['', '?'])).toBe('Item 22423')
})

test('the offer has the price of most lines; of equals the highest', () => {
  const sale = (unitPence: number): Invoice => ({
    number: '1',
    customer: '1',
    country: 'EIRE',
    at: 0,
    lines: [{ lineNumber: 2, stockCode: '22423', description: 'MUG', quantity: 1, unitPence }],
  })
  const priceOf = (...pence: number[]) =>
    describeProducts(pence.map(sale))[0]?.skus[0]?.offers[0]?.price.amount
  expect(priceOf(255, 310, 255)).toBe(255)
  expect(priceOf(255, 310)).toBe(310)
})

test('amounts are printed to the penny, and further where the file goes further', () => {
  expect([0n, 1_000n, 12_345_670_000n, -10_500_000n, 2_555_000n].map(pounds)).toEqual([
    '0.00',
    '0.001',
    '12,345.67',
    '-10.50',
    '2.555',
  ])
})
