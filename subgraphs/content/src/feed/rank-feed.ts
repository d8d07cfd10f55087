/**
 * The order of a feed, as a pure function: what a viewer is interested in will be one more argument (C15).
 * A score may depend only on what never changes while somebody pages, or the feed would repeat itself.
 */
import { createHash } from 'node:crypto'
import { feedLimits } from '../config.ts'

export type FeedCandidate = {
  readonly kind: 'SHORT_VIDEO' | 'LIVE_ROOM'
  readonly id: string
  /** When the video was published or the room went live, in ms. */
  readonly at: number
}

export type RankedCandidate = FeedCandidate & { readonly score: number }

/** The best first. `seed` null leaves the plain order: the freshest first, rooms on the air ahead of videos of their age. */
export function rankFeed(
  candidates: readonly FeedCandidate[],
  seed: string | null,
): readonly RankedCandidate[] {
  return candidates.map((candidate) => ({ ...candidate, score: scoreOf(candidate, seed) })).sort(byRank)
}

/** Ids part equal scores, so that the order is total. */
export const byRank = (left: RankKey, right: RankKey): number =>
  right.score - left.score || (left.id < right.id ? 1 : left.id > right.id ? -1 : 0)

export type RankKey = { readonly score: number; readonly id: string }

const scoreOf = ({ kind, id, at }: FeedCandidate, seed: string | null): number =>
  at + (kind === 'LIVE_ROOM' ? feedLimits.liveBonusMs : 0) + (seed === null ? 0 : shuffleOf(id, seed))

const shuffleOf = (id: string, seed: string): number =>
  createHash('sha256').update(`${seed}\n${id}`).digest().readUInt32BE(0) % feedLimits.shuffleMs
