/** The state machines of orders, cases and parcels, and what follows from them. */
import { money } from '@souk/contracts'
import { describe, expect, test } from 'vitest'
import {
  approvedState,
  canCaseTransition,
  caseStates,
  priceCase,
  returnsStock,
} from '../after-sale/case-state.ts'
import { furthest, rankOf, shipmentStates, stateAfter, trackingCodes } from '../shipment/shipment-state.ts'
import { randomNumbers } from '../testing/random-numbers.ts'
import { afterSaleStates, canTransition, orderStates, receivableStates, walk } from './order-state.ts'
import type { OrderLine } from './order.ts'

const random = randomNumbers(7)

describe('orders', () => {
  test('only these transitions are allowed', () => {
    const allowed = orderStates.flatMap((from) =>
      orderStates.filter((to) => canTransition(from, to)).map((to) => `${from} ${to}`),
    )
    expect(allowed).toEqual([
      'PENDING_PAYMENT PAID',
      'PENDING_PAYMENT CANCELLED',
      'PAID SHIPPED',
      'PAID CANCELLED',
      'SHIPPED DELIVERED',
      'DELIVERED COMPLETED',
    ])
  })
  test('no walk comes back to where it was, and every walk ends', () => {
    for (let run = 0; run < 500; run += 1) {
      const seen = new Set<string>(['PENDING_PAYMENT'])
      for (let state = orderStates[0] as (typeof orderStates)[number]; ;) {
        const next = orderStates.filter((to) => canTransition(state, to))
        if (next.length === 0) break
        state = next[random(next.length)] as typeof state
        expect(seen.has(state)).toBe(false)
        seen.add(state)
      }
    }
  })
  test('a walk over a forbidden step is a bug', () => {
    expect(() => walk('PENDING_PAYMENT', ['SHIPPED'])).toThrow("can't go from PENDING_PAYMENT to SHIPPED")
    expect(walk('PENDING_PAYMENT', ['PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED'])).toBe('COMPLETED')
  })
  test('the buyer may confirm what was sent, and ask back what was paid', () => {
    expect(receivableStates).toEqual(['SHIPPED', 'DELIVERED'])
    expect(afterSaleStates).toEqual(['PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED'])
  })
})

describe('C50', () => {
  test('whatever the order of events, a parcel ends at the furthest and never goes back on the way', () => {
    for (let run = 0; run < 1_000; run += 1) {
      const codes = Array.from(
        { length: 1 + random(9) },
        () => trackingCodes[random(trackingCodes.length)] ?? 'EXCEPTION',
      )
      let state = shipmentStates[1] as (typeof shipmentStates)[number]
      for (const code of codes) {
        const next = stateAfter(state, code)
        expect(rankOf(next)).toBeGreaterThanOrEqual(rankOf(state))
        state = next
      }
      expect(state).toBe(furthest(codes))
      expect(furthest([...codes].reverse())).toBe(state)
    }
  })
})

describe('after-sale', () => {
  test('a decision is final, and only a return waits for goods', () => {
    const allowed = caseStates.flatMap((from) =>
      caseStates.filter((to) => canCaseTransition(from, to)).map((to) => `${from} ${to}`),
    )
    expect(allowed).toEqual([
      'OPEN REJECTED',
      'OPEN AWAITING_RETURN',
      'OPEN REFUNDING',
      'AWAITING_RETURN REFUNDING',
      'REFUNDING REFUNDED',
    ])
    expect([approvedState('REFUND_ONLY'), approvedState('RETURN_REFUND')]).toEqual([
      'REFUNDING',
      'AWAITING_RETURN',
    ])
  })
  test('goods that came back or never left are restocked, those that the buyer keeps are not', () => {
    expect(afterSaleStates.map((state) => returnsStock('REFUND_ONLY', state))).toEqual([
      true,
      false,
      false,
      false,
    ])
    expect(afterSaleStates.every((state) => returnsStock('RETURN_REFUND', state))).toBe(true)
  })
  test('refunds of a line in any portions sum to its amount and never exceed it', () => {
    for (let run = 0; run < 500; run += 1) {
      let line = orderLine(1 + random(50), random(100_000))
      let refunded = 0n
      while (line.claimedQuantity < line.quantity) {
        const wanted = 1 + random(8)
        const priced = priceCase([line], [{ orderLineId: 'line', quantity: wanted }], 'CNY')
        if (!priced.ok) {
          expect(wanted).toBeGreaterThan(line.quantity - line.claimedQuantity)
          continue
        }
        refunded += priced.value.amount.amount
        line = { ...line, claimedQuantity: line.claimedQuantity + wanted }
        expect(refunded <= line.amount.amount).toBe(true)
      }
      expect(refunded).toBe(line.amount.amount)
    }
  })
})

const orderLine = (quantity: number, unit: number): OrderLine => ({
  id: 'line',
  orderId: 'order',
  offerId: 'offer',
  productId: 'product',
  skuId: 'sku',
  title: 'Lantern',
  skuName: 'one size',
  quantity,
  unitPrice: money(unit, 'CNY'),
  amount: money(unit * quantity, 'CNY'),
  claimedQuantity: 0,
  origin: null,
})
