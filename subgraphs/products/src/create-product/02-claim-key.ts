/** Step 2: the idempotency key decides the product's id, and whether it is there already. */
import { claimIdempotencyKey, type IdempotencyClaim, type SqlExecutor } from '@souk/kit'
import { viewerIdOf } from '../access/shop-access.ts'
import type { Context } from '../modules.ts'
import type { ProductCreateInput } from './product-to-create.ts'

export const claimKey = (
  sql: SqlExecutor,
  { viewer, ids, clock }: Context,
  input: ProductCreateInput,
): Promise<IdempotencyClaim> =>
  claimIdempotencyKey(sql, {
    viewerId: viewerIdOf(viewer),
    operation: 'productCreate',
    key: input.idempotencyKey,
    input,
    newId: ids.next(),
    now: clock.now(),
  })
