/** Money, rates, ids and the signed viewer: what the published language promises. */
import { describe, expect, test } from 'vitest'
import {
  addMoney,
  anonymousViewer,
  basisPoints,
  idFromName,
  isId,
  minorUnits,
  money,
  randomIds,
  rateOf,
  signViewer,
  verifyViewer,
  viewerKeyFrom,
} from './index.ts'

describe('money', () => {
  test('a rate of an amount is rounded toward zero', () => {
    expect(rateOf(money(999, 'CNY'), basisPoints(2000))).toEqual(money(199, 'CNY'))
    expect(rateOf(money(-999, 'CNY'), basisPoints(2000))).toEqual(money(-199, 'CNY'))
  })

  test('amounts of two currencies are never added', () => {
    expect(() => addMoney(money(1, 'CNY'), money(1, 'GBP'))).toThrow("Amounts in CNY and GBP can't be added.")
  })

  test.each([0.5, Number.NaN, 2 ** 53])('%s is not an amount', (value) => {
    expect(() => minorUnits(value)).toThrow(RangeError)
  })

  test('a sum that a JSON integer cannot hold is refused, not rounded', () => {
    const most = money(Number.MAX_SAFE_INTEGER, 'CNY')
    expect(() => addMoney(most, money(1, 'CNY'))).toThrow(RangeError)
  })

  test.each([-1, 10_001, 12.5])('%s is not a rate', (value) => {
    expect(() => basisPoints(value)).toThrow(RangeError)
  })
})

describe('ids', () => {
  test('a name gives the same id every time, and another name another', () => {
    const at = new Date('2010-12-01T08:26:00Z')
    expect(idFromName('invoice 536365', at)).toBe(idFromName('invoice 536365', at))
    expect(idFromName('invoice 536365', at)).not.toBe(idFromName('invoice 536366', at))
    expect(isId(idFromName('invoice 536365', at))).toBe(true)
  })

  test('new ids sort by the time they were made', () => {
    const ids = randomIds()
    const made = Array.from({ length: 1_000 }, () => ids.next())
    expect([...made].sort()).toEqual(made)
  })
})

describe('the signed viewer', () => {
  const key = viewerKeyFrom('a secret that is long enough to be one')
  const now = new Date('2026-06-18T08:00:00Z')

  test('is what was signed', async () => {
    const viewer = { kind: 'user', userId: 'ann', scopes: ['cart:write'], shopIds: ['s1'] } as const
    expect(
      await verifyViewer(
        await signViewer({ ...viewer, scopes: ['cart:write'], shopIds: ['s1'] }, key, now),
        key,
        now,
      ),
    ).toEqual(viewer)
  })

  test.each([
    ['after its minute', new Date(now.getTime() + 61_000), key],
    ['with another key', now, viewerKeyFrom('another secret that is also long enough')],
  ])('is refused %s', async (_when, at, with_) => {
    const token = await signViewer(anonymousViewer, key, now)
    await expect(verifyViewer(token, with_, at)).rejects.toMatchObject({ code: 'VIEWER_NOT_TRUSTED' })
  })

  test('is signed by the first of several secrets, and trusted by any of them', async () => {
    const other = 'another secret that is also long enough'
    const both = viewerKeyFrom(`${other}, a secret that is long enough to be one`)
    expect(await verifyViewer(await signViewer(anonymousViewer, key, now), both, now)).toEqual(
      anonymousViewer,
    )
    const token = await signViewer(anonymousViewer, both, now)
    expect(await verifyViewer(token, viewerKeyFrom(other), now)).toEqual(anonymousViewer)
    await expect(verifyViewer(token, key, now)).rejects.toMatchObject({ code: 'VIEWER_NOT_TRUSTED' })
  })
})
