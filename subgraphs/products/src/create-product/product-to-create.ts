/** The product that the flow creates: as the client gives it, and as it is once it has been checked. */
import type { ProductStatus } from '../catalogue/catalogue.ts'
import type { NewProduct } from '../catalogue/catalogue-rows-store.ts'
import type { PricesInput } from '../catalogue/input-rules.ts'

export type ProductCreateInput = {
  readonly shopId: string
  readonly title: string
  readonly description?: string | null
  readonly tags?: readonly string[] | null
  readonly categoryId?: string | null
  readonly brandId?: string | null
  readonly status?: ProductStatus | null
  readonly skus: readonly ProductCreateSkuInput[]
  readonly idempotencyKey: string
}

export type ProductCreateSkuInput = PricesInput & {
  readonly code: string
  readonly name: string
  readonly openingStock?: number | null
}

/** The product without its ids, which only the idempotency key decides. */
export type CheckedProduct = Omit<NewProduct, 'id' | 'createdAt'>
