/** A short video and the offers in it. */
import type { OfferSource } from '../offers/may-show-offer.ts'

export type ShortVideo = {
  readonly id: string
  readonly creatorId: string
  readonly title: string
  readonly durationSeconds: number
  readonly publishedAt: Date
  readonly likeCount: number
}

export type ShortVideoItem = {
  readonly id: string
  readonly shortVideoId: string
  readonly offerId: string
  readonly source: OfferSource
  readonly position: number
}
