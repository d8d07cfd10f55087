/** A product in a creator's showcase, with the rate that it has locked. */
export type ShowcaseItem = {
  readonly id: string
  readonly creatorId: string
  readonly productId: string
  readonly planId: string
  readonly rateVersion: number
  readonly lockedRateBps: number
  readonly addedAt: Date
  readonly removedAt: Date | null
}
