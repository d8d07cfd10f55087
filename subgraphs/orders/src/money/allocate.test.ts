/** Properties of allocation and of everything that is built on it. */
import { describe, expect, test } from 'vitest'
import { discoveryShares } from '../report/discovery-shares.ts'
import { roomSales } from '../report/room-sales.ts'
import { randomNumbers } from '../testing/random-numbers.ts'
import { allocate } from './allocate.ts'

const random = randomNumbers(20_100_101)

describe('allocation', () => {
  test('the parts sum to the whole, and none is more than one unit from its exact share', () => {
    for (let run = 0; run < 2_000; run += 1) {
      const total = BigInt(random(1_000_000))
      const weights = Array.from({ length: 1 + random(12) }, () => BigInt(random(10_000)))
      const parts = allocate(total, weights)
      const weight = weights.reduce((one, other) => one + other, 0n)
      expect(parts.reduce((one, other) => one + other, 0n)).toBe(weight === 0n ? 0n : total)
      parts.forEach((part, index) => {
        const gap = part * weight - total * (weights[index] ?? 0n)
        expect(gap < weight || weight === 0n).toBe(true)
        expect(gap > -weight || weight === 0n).toBe(true)
      })
    }
  })
  test('the order of equals does not depend on chance', () => {
    expect(allocate(10n, [1n, 1n, 1n])).toEqual([4n, 3n, 3n])
  })
})

describe('C16', () => {
  test('discovery shares sum to exactly 10000 for any counts', () => {
    for (let run = 0; run < 2_000; run += 1) {
      const counts = new Map([
        ['GOODS_FIND_PEOPLE', random(5_000)],
        ['PEOPLE_FIND_GOODS', random(5_000)],
      ])
      const shares = discoveryShares(counts)
      const isEmpty = [...counts.values()].every((count) => count === 0)
      expect(shares.reduce((sum, each) => sum + each.share, 0)).toBe(isEmpty ? 0 : 10_000)
    }
  })
})

describe('C3', () => {
  test('the sums by source are the total, in the currency that sold most often', () => {
    const sources = ['PLATFORM_SHOP', 'TAOBAO', 'TMALL', 'JD', 'OTHER'] as const
    for (let run = 0; run < 500; run += 1) {
      const sales = sources.flatMap((source) =>
        ['CNY', 'GBP'].map((currency) => ({
          source,
          currency,
          amount: BigInt(random(1_000_000_000)),
          sales: random(40),
        })),
      )
      const { total, bySource } = roomSales(sales)
      expect(bySource.reduce((sum, part) => sum + part.amount.amount, 0n)).toBe(total.amount)
      const often = (currency: string) =>
        sales.filter((sale) => sale.currency === currency).reduce((sum, sale) => sum + sale.sales, 0)
      expect(often(total.currency)).toBe(Math.max(often('CNY'), often('GBP')))
    }
  })
})
