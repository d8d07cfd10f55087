/** What a shop asks for when it opens a plan. */
export type PlanRequest = {
  readonly productId: string
  readonly rateBps: number
  readonly startsAt: Date | null
  readonly idempotencyKey: string
}
