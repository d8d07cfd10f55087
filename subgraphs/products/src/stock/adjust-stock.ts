/** Counts units of an SKU in or out, once per idempotency key. */
import { claimIdempotencyKey, type Refusal, storeIdempotentResult, transact } from '@souk/kit'
import { viewerIdOf } from '../access/shop-access.ts'
import { bad, readText } from '../catalogue/input-rules.ts'
import { skuToManage } from '../catalogue/manage-product.ts'
import type { Sku } from '../catalogue/catalogue.ts'
import { catalogueLimits, stockLimits } from '../config.ts'
import type { Context } from '../modules.ts'
import type { StockAdjustmentAnswer } from './keep-stock.ts'

export type StockAdjustInput = {
  readonly skuId: string
  readonly delta: number
  readonly reason: string
  readonly idempotencyKey: string
}

type StockBelowHeld = Refusal<'StockBelowHeld'> & { readonly skuId: string; readonly available: number }

export async function adjustStock(
  context: Context,
  input: StockAdjustInput,
): Promise<{ __typename: 'StockAdjusted'; sku: Sku } | StockBelowHeld> {
  const sku = await skuToManage(context, input.skuId)
  const reason = readText('reason', input.reason, catalogueLimits.nameLengthMax)
  const { delta } = input
  if (delta === 0 || Math.abs(delta) > stockLimits.unitsMax) {
    throw bad(`"delta" is not zero and at most ${stockLimits.unitsMax} either way; ${delta} is not.`)
  }
  const { skuId, available, adjusted } = await adjustOnce(context, { ...input, reason })
  return adjusted ? { __typename: 'StockAdjusted', sku } : belowHeld(skuId, available)
}

type Adjusted = { readonly skuId: string; readonly adjusted: boolean; readonly available: number }

/** The key, the change of stock and the answer to repeat are one transaction. */
function adjustOnce({ viewer, modules, ids, clock }: Context, input: StockAdjustInput): Promise<Adjusted> {
  const { skuId, delta, reason, idempotencyKey } = input
  const request = {
    viewerId: viewerIdOf(viewer),
    operation: 'stockAdjust',
    key: idempotencyKey,
    input,
    newId: ids.next(),
    now: clock.now(),
  }
  return transact(modules.database, async (sql) => {
    const claim = await claimIdempotencyKey(sql, request)
    if (claim.result !== null) return claim.result as Adjusted
    const answer: StockAdjustmentAnswer = await modules.stock.adjust(sql, {
      entryId: claim.entityId,
      skuId,
      delta,
      reason,
    })
    const adjusted: Adjusted = {
      skuId,
      adjusted: answer.adjusted,
      available: answer.adjusted ? 0 : answer.available,
    }
    await storeIdempotentResult(sql, request, adjusted)
    return adjusted
  })
}

const belowHeld = (skuId: string, available: number): StockBelowHeld => ({
  __typename: 'StockBelowHeld',
  code: 'STOCK_BELOW_HELD',
  message: `At most ${available} can be taken away: the others are held for orders.`,
  skuId,
  available,
})
