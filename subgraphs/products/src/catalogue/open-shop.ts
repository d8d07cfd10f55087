/** Opens a shop, of a merchant that is here or of a new one. */
import { transact } from '@souk/kit'
import { assertOperates } from '../access/shop-access.ts'
import { catalogueLimits } from '../config.ts'
import { loadMerchant, loadNamed } from '../load.ts'
import type { Context } from '../modules.ts'
import type { Merchant, Shop, ShopType } from './catalogue.ts'
import { bad, readText } from './input-rules.ts'
import { insertMerchant, insertShop } from './shop-store.ts'

export type ShopCreateInput = {
  readonly merchantId?: string | null
  readonly merchantName?: string | null
  readonly name: string
  readonly type?: ShopType | null
}

export async function openShop(
  context: Context,
  input: ShopCreateInput,
): Promise<{ __typename: 'ShopCreated'; shop: Shop }> {
  assertOperates(context.viewer)
  const name = readText('name', input.name, catalogueLimits.nameLengthMax)
  const { merchant, isNew } = await merchantOf(context, input)
  const createdAt = context.clock.now()
  const shop: Shop = {
    id: context.ids.next(),
    merchantId: merchant.id,
    name,
    type: input.type ?? 'ORDINARY',
    createdAt,
  }
  await transact(context.modules.database, async (sql) => {
    if (isNew) await insertMerchant(sql, merchant, createdAt)
    await insertShop(sql, shop)
  })
  return { __typename: 'ShopCreated', shop }
}

async function merchantOf(
  context: Context,
  input: ShopCreateInput,
): Promise<{ merchant: Merchant; isNew: boolean }> {
  const { merchantId, merchantName } = input
  if (merchantId != null && merchantName == null) {
    return {
      merchant: await loadNamed('merchant', merchantId, loadMerchant(context, merchantId)),
      isNew: false,
    }
  }
  if (merchantId == null && merchantName != null) {
    const name = readText('merchantName', merchantName, catalogueLimits.nameLengthMax)
    return { merchant: { id: context.ids.next(), name }, isNew: true }
  }
  throw bad('Give exactly one of "merchantId" and "merchantName".')
}
