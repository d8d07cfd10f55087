/** Money as whole minor units with a currency, rates as basis points, and the only arithmetic allowed on them. */
import { z } from 'zod'

declare const minorUnitsBrand: unique symbol
declare const basisPointsBrand: unique symbol

/** A whole number of the smallest unit of a currency (fen, penny, cent). Never a float. */
export type MinorUnits = bigint & { readonly [minorUnitsBrand]: true }

/** A rate in basis points: 10,000 is 100 %, 2,000 is 20 %. */
export type BasisPoints = number & { readonly [basisPointsBrand]: true }

/** ISO 4217 alphabetic code. */
export type Currency = string

export type Money = { readonly amount: MinorUnits; readonly currency: Currency }

// On the wire an amount is a JSON integer, so it has to survive a double: ±9 007 199 254 740 991 minor units.
// A larger sum is refused rather than rounded.
const amountMax = BigInt(Number.MAX_SAFE_INTEGER)

export function minorUnits(value: bigint | number): MinorUnits {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError(`An amount is a whole number of minor units; ${value} is not.`)
  }
  const amount = BigInt(value)
  if (amount > amountMax || amount < -amountMax) {
    throw new RangeError(`An amount is between ±${amountMax} minor units; ${amount} is not.`)
  }
  return amount as MinorUnits
}

export function basisPoints(value: number): BasisPoints {
  if (!Number.isInteger(value) || value < 0 || value > 10_000) {
    throw new RangeError(`A rate is between 0 and 10000 basis points; ${value} is not.`)
  }
  return value as BasisPoints
}

export const money = (amount: bigint | number, currency: Currency): Money => ({
  amount: minorUnits(amount),
  currency,
})

export function addMoney(left: Money, right: Money): Money {
  assertSameCurrency(left, right)
  return money(left.amount + right.amount, left.currency)
}

export const multiplyMoney = (unit: Money, quantity: number): Money =>
  money(unit.amount * BigInt(quantity), unit.currency)

export const sumMoney = (parts: readonly Money[], currency: Currency): Money =>
  parts.reduce(addMoney, money(0, currency))

/**
 * A share of an amount, rounded toward zero: the platform never pays out a fraction that nobody paid in.
 * `rateOf(money(999, 'CNY'), basisPoints(2000))` is 199 fen.
 */
export const rateOf = (base: Money, rate: BasisPoints): Money =>
  money((base.amount * BigInt(rate)) / 10_000n, base.currency)

function assertSameCurrency(left: Money, right: Money): void {
  if (left.currency !== right.currency) {
    throw new RangeError(`Amounts in ${left.currency} and ${right.currency} can't be added.`)
  }
}

export const currencySchema = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as CNY')

export type MoneyOnTheWire = { readonly amount: number; readonly currency: Currency }

export const moneyToWire = (value: Money): MoneyOnTheWire => ({
  amount: Number(value.amount),
  currency: value.currency,
})

export const moneyFromWire = (wire: MoneyOnTheWire): Money => money(wire.amount, wire.currency)
