/** Orders and refunds as an importer hands them over. */
import type { Attribution } from '../cart/origin.ts'

export type OrderToImport = {
  readonly id: string
  readonly number: string
  readonly buyerId: string
  readonly buyerCountry: string
  readonly shopId: string
  readonly placedAt: Date
  readonly currency: string
  readonly attribution?: AttributionToImport | null
  readonly lines: readonly LineToImport[]
}

/** What the wire leaves out is null. */
export type AttributionToImport = Pick<Attribution, 'entry'> &
  Partial<Pick<Attribution, 'contentKind' | 'contentId' | 'creatorId'>>

export type LineToImport = {
  readonly id: string
  readonly offerId: string
  readonly productId: string
  readonly skuId: string
  readonly title: string
  readonly quantity: number
  readonly unitAmount: bigint
}

export type CaseToImport = {
  readonly id: string
  readonly number: string
  readonly orderId: string
  readonly refundedAt: Date
  readonly lines: readonly { readonly orderLineId: string; readonly quantity: number }[]
}
