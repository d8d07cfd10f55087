/** What stock is made of: units on hand, units held for orders, and the demands that move them. */
import { ClientError, type StockDemand } from '@souk/contracts'
import { stockLimits } from '../config.ts'

/** `onHand` is in the warehouse; `held` of it is promised to orders being paid. Never negative, never `held > onHand`. */
export type Stock = { readonly onHand: number; readonly held: number }

export const availableOf = ({ onHand, held }: Stock): number => onHand - held

/** Units by SKU id. As JSON it is the same for the same units, in whatever order and however split the lines came. */
export type UnitsBySku = Readonly<Record<string, number>>

export type HoldState = 'HELD' | 'COMMITTED' | 'RELEASED' | 'EXPIRED'

/** Why units on hand changed without a hold. */
export type EntryReason = 'RECEIPT' | 'ADJUSTMENT' | 'SALE' | 'RETURN'

export type Shortage = { readonly skuId: string; readonly wanted: number; readonly available: number }

/** Sums the lines of each SKU. A demand is of at least one unit of at least one SKU. */
export function sumDemands(demands: readonly StockDemand[]): UnitsBySku {
  if (demands.length === 0) throw new ClientError('BAD_INPUT', '"demands" has at least one line.')
  const units = new Map<string, number>()
  for (const { skuId, quantity } of demands) {
    const sum = (units.get(skuId) ?? 0) + quantity
    if (quantity < 1 || sum > stockLimits.unitsMax) {
      throw new ClientError(
        'BAD_INPUT',
        `"quantity" is from 1 to ${stockLimits.unitsMax} for each SKU; ${quantity} of ${skuId} is not.`,
      )
    }
    units.set(skuId, sum)
  }
  if (units.size > stockLimits.skusPerChangeMax) {
    throw new ClientError(
      'BAD_INPUT',
      `"demands" names at most ${stockLimits.skusPerChangeMax} SKUs; ${units.size} are too many.`,
    )
  }
  return Object.fromEntries(units)
}

export const negate = (units: UnitsBySku): UnitsBySku =>
  Object.fromEntries(Object.entries(units).map(([skuId, quantity]) => [skuId, -quantity]))
