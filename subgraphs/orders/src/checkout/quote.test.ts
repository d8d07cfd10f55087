/** The pure rules of quotes and origins. */
import { money, type OfferSnapshot } from '@souk/contracts'
import { describe, expect, test } from 'vitest'
import type { CartItem } from '../cart/cart-store.ts'
import { confirmOrigin, discoveryModeOf, type OriginEntry } from '../cart/origin.ts'
import { randomNumbers } from '../testing/random-numbers.ts'
import { amountOf, demandsOf, fromStoredLine, makeQuote, toStoredLine } from './quote.ts'

const random = randomNumbers(3)

const offer = (offerId: string, amount: number): OfferSnapshot => ({
  offerId,
  productId: `p-${offerId}`,
  skuId: `sku-${random(5)}`,
  shopId: 'shop',
  title: 'Lantern',
  skuName: 'one size',
  source: 'PLATFORM_SHOP',
  checkoutMode: 'IN_APP',
  price: { amount, currency: 'CNY' },
  sellable: true,
  externalUrl: null,
})

const item = (offerId: string, quantity: number, entry: OriginEntry = 'SEARCH'): CartItem => ({
  id: `item-${offerId}`,
  buyerId: 'ann',
  offerId,
  quantity,
  origin: {
    entry,
    discoveryMode: discoveryModeOf(entry),
    contentKind: null,
    contentId: null,
    creatorId: null,
  },
  addedAt: new Date(0),
})

describe('a quote', () => {
  test('totals its lines exactly, demands every unit once, and comes back from the database as it was', () => {
    for (let run = 0; run < 500; run += 1) {
      const items = Array.from({ length: 1 + random(20) }, (_, index) => item(`o${index}`, 1 + random(999)))
      const offers = new Map(items.map((each) => [each.offerId, offer(each.offerId, random(10_000_000))]))
      const quote = makeQuote(items, offers, () => `line-${random(1_000_000)}`)
      if (!quote.ok) throw new Error(quote.refusal.message)
      const { lines, total } = quote.value
      expect(lines.reduce((sum, line) => sum + line.unitPrice.amount * BigInt(line.quantity), 0n)).toBe(
        total.amount,
      )
      const units = demandsOf(lines).reduce((sum, demand) => sum + demand.quantity, 0)
      expect(units).toBe(items.reduce((sum, each) => sum + each.quantity, 0))
      expect(new Set(demandsOf(lines).map((demand) => demand.skuId)).size).toBe(demandsOf(lines).length)
      expect(
        lines.map((line) => fromStoredLine(JSON.parse(JSON.stringify(toStoredLine(line))), 'CNY')),
      ).toEqual(lines)
    }
  })
  test('has the origin of its largest line, the first of equals', () => {
    const items = [item('a', 1, 'MALL'), item('b', 2, 'SEARCH'), item('c', 2, 'MALL')]
    const offers = new Map(items.map((each) => [each.offerId, offer(each.offerId, 100)]))
    const quote = makeQuote(items, offers, () => 'line')
    expect(quote.ok && quote.value.attribution.entry).toBe('SEARCH')
    expect(quote.ok && amountOf(quote.value.lines[1] as never)).toEqual(money(200, 'CNY'))
  })
})

describe('an origin', () => {
  const content = { contentId: 'v', contentKind: 'SHORT_VIDEO', creatorId: 'mei', offerIds: ['o'] } as const
  const facts = { offerId: 'o', content, showcaseShows: null }
  const problem = (claim: Parameters<typeof confirmOrigin>[0], change: object = {}) => {
    const outcome = confirmOrigin(claim, { ...facts, ...change })
    return outcome.ok ? null : outcome.refusal.reason
  }

  test('that does not hold is refused with what is wrong', () => {
    expect(problem({ entry: 'SHORT_VIDEO' })).toBe('ENTRY_MISMATCH')
    expect(problem({ entry: 'LIVE_ROOM', contentId: 'v' })).toBe('ENTRY_MISMATCH')
    expect(problem({ entry: 'SEARCH', contentId: 'v' })).toBe('ENTRY_MISMATCH')
    expect(problem({ entry: 'SHOWCASE', contentId: 'v', creatorId: 'mei' })).toBe('ENTRY_MISMATCH')
    expect(problem({ entry: 'SHORT_VIDEO', contentId: 'v' }, { content: null })).toBe('CONTENT_NOT_FOUND')
    expect(problem({ entry: 'SHORT_VIDEO', contentId: 'v' }, { offerId: 'another' })).toBe('OFFER_NOT_SHOWN')
    expect(problem({ entry: 'SHORT_VIDEO', contentId: 'v', creatorId: 'lin' })).toBe('CREATOR_MISMATCH')
    expect(problem({ entry: 'MALL', creatorId: 'lin' })).toBe('CREATOR_MISMATCH')
    expect(problem({ entry: 'SHOWCASE', creatorId: 'nobody' })).toBe('CREATOR_NOT_FOUND')
    expect(problem({ entry: 'SHOWCASE', creatorId: 'mei' }, { showcaseShows: false })).toBe('OFFER_NOT_SHOWN')
  })
  test('that holds carries the creator of the content', () => {
    expect(confirmOrigin({ entry: 'CONTENT_FEED', contentId: 'v' }, facts)).toMatchObject({
      value: {
        entry: 'CONTENT_FEED',
        discoveryMode: 'GOODS_FIND_PEOPLE',
        contentKind: 'SHORT_VIDEO',
        creatorId: 'mei',
      },
    })
    expect(problem({ entry: 'SHOWCASE', creatorId: 'mei' }, { showcaseShows: true })).toBeNull()
    expect(problem({ entry: 'CONTENT_FEED' })).toBeNull()
  })
})
