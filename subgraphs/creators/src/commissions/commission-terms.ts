/** What attribution works on: a line that a creator led to, and the terms on which it earns. */
import type { Commission } from './commission.ts'

export type AttributedLine = {
  readonly orderLineId: string
  readonly productId: string
  readonly creatorId: string
  readonly amount: { readonly amount: number; readonly currency: string }
}

export type CommissionTerms = Pick<
  Commission,
  'planId' | 'rateBps' | 'rateVersion' | 'rateSource' | 'showcaseItemId'
> & { readonly line: AttributedLine }
