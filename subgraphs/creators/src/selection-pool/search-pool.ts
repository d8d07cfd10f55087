/** A page of the selection pool: the filter checked, the order chosen, one statement on the read model. */
import { ClientError } from '@souk/contracts'
import { type Connection, type ConnectionArguments, connectionOf, readPage } from '@souk/kit'
import { creatorsLimits } from '../config.ts'
import type { AffiliateProduct, PoolFilter, PoolSort } from './affiliate-product.ts'
import { poolOrder, readPoolCursor } from './pool-order.ts'
import type { PoolStore } from './pool-store.ts'

export type PoolArguments = ConnectionArguments & {
  readonly filter?: PoolFilter | null
  readonly sort?: PoolSort | null
}

export async function searchPool(
  store: PoolStore,
  args: PoolArguments,
): Promise<Connection<AffiliateProduct>> {
  const filter = checkFilter(args.filter ?? {})
  const order = poolOrder(args.sort ?? 'DEFAULT', filter.query != null)
  const page = readPage(args, (parts) => readPoolCursor(order, parts))
  const rows = await store.page(filter, order, page)
  return connectionOf(rows, page, (row) => [order.name, ...order.valuesOf(row)])
}

function checkFilter(filter: PoolFilter): PoolFilter {
  const query = filter.query?.trim() || null
  if (query !== null && query.length > creatorsLimits.queryLengthMax) {
    throw new ClientError(
      'BAD_INPUT',
      `"filter.query" has at most ${creatorsLimits.queryLengthMax} characters.`,
    )
  }
  const hasAmount = filter.priceMin != null || filter.priceMax != null || filter.commissionMin != null
  if (hasAmount && filter.currency == null) {
    throw new ClientError(
      'BAD_INPUT',
      '"filter.currency" is required with a price or a commission, such as "CNY".',
    )
  }
  return { ...filter, query }
}
