/**
 * A page of the feed. Videos are ranked window by window, so that a request's work is bounded and the feed never ends early.
 * The cursor carries the moment the feed was opened, the seed and both ends of its window: whatever is published or imported
 * meanwhile, nothing is shown twice.
 */
import { ClientError } from '@souk/contracts'
import { type Connection, type ConnectionArguments, connectionOf, type Page, readPage } from '@souk/kit'
import { feedLimits } from '../config.ts'
import type { FeedStore, FeedWindow, VideoPlace } from './feed-store.ts'
import { byRank, rankFeed, type RankedCandidate, type RankKey } from './rank-feed.ts'

export type FeedArguments = ConnectionArguments & { readonly seed?: string | null }

export type FeedEntry = RankedCandidate & { readonly seed: string | null; readonly window: FeedWindow }

type FeedCursor = { readonly seed: string | null; readonly window: FeedWindow; readonly rank: RankKey }

export async function readFeed(
  store: FeedStore,
  args: FeedArguments,
  now: Date,
): Promise<Connection<FeedEntry>> {
  const page = readPage(args, readCursor)
  const seed = chooseSeed(args.seed ?? null, page.after)
  const entries: FeedEntry[] = []
  let window: FeedWindow = page.after?.window ?? { openedAt: now.getTime(), start: null, end: null }
  let after: RankKey | null = page.after?.rank ?? null
  while (entries.length <= page.limit) {
    const { ranked, end } = await readWindow(store, window, seed)
    const known = { ...window, end }
    entries.push(
      ...ranked.filter((entry) => isAfter(entry, after)).map((entry) => ({ ...entry, seed, window: known })),
    )
    if (end === null) break
    window = { openedAt: window.openedAt, start: end, end: null }
    after = null
  }
  return connectionOf(entries.slice(0, page.limit + 1), page as Page<unknown>, writeCursor)
}

/** The first window has the rooms as well: they are live, so they belong to now. */
async function readWindow(store: FeedStore, window: FeedWindow, seed: string | null) {
  const [videos, rooms] = await Promise.all([
    store.videos(window),
    window.start === null ? store.liveRooms(window.openedAt) : [],
  ])
  const last = videos.at(-1)
  const end: VideoPlace | null = window.end ?? (last ? { at: last.at, id: last.id } : null)
  return { ranked: rankFeed([...rooms, ...videos], seed), end }
}

const isAfter = (entry: RankKey, after: RankKey | null): boolean => after === null || byRank(entry, after) > 0

function chooseSeed(asked: string | null, after: FeedCursor | null): string | null {
  if (asked !== null && (asked.length === 0 || asked.length > feedLimits.seedLengthMax)) {
    throw new ClientError('BAD_INPUT', `"seed" has 1 to ${feedLimits.seedLengthMax} characters.`)
  }
  if (after === null) return asked
  if (asked !== null && asked !== after.seed) {
    throw new ClientError(
      'BAD_INPUT',
      'A page keeps the seed of the first page: leave "seed" out, or "after" for a fresh feed.',
    )
  }
  return after.seed
}

const writeCursor = ({ score, id, seed, window: { openedAt, start, end } }: FeedEntry) =>
  [openedAt, seed, start?.at ?? null, start?.id ?? null, end?.at ?? null, end?.id ?? null, score, id] as const

function readCursor(parts: readonly unknown[]): FeedCursor | undefined {
  const [openedAt, seed, startAt, startId, endAt, endId, score, id] = parts
  const start = readPlace(startAt, startId)
  const end = readPlace(endAt, endId)
  if (!isMoment(openedAt) || start === undefined || end === undefined) return undefined
  if (typeof score !== 'number' || typeof id !== 'string' || (seed !== null && typeof seed !== 'string'))
    return undefined
  return { seed, window: { openedAt, start, end }, rank: { score, id } }
}

function readPlace(at: unknown, id: unknown): VideoPlace | null | undefined {
  if (at === null && id === null) return null
  return isMoment(at) && typeof id === 'string' ? { at, id } : undefined
}

// A forged cursor must not reach the database as a time that it can't read.
const isMoment = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < momentMax

const momentMax = Date.UTC(9999, 0)
