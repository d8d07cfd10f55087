/** The feed on a real PostgreSQL: order, stable pages, no repeats in a session. */
import { contentImport, type Viewer } from '@souk/contracts'
import { openTestSubgraph, type TestSubgraph } from '@souk/kit/testing'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { feedLimits } from '../config.ts'
import { contentSubgraph } from '../index.ts'
import { rankFeed } from './rank-feed.ts'

const anonymous: Viewer = { kind: 'anonymous', scopes: [] }
const service: Viewer = { kind: 'service', service: 'orders', scopes: [] }
const minute = 60_000
// More than one window, with several videos of the same moment.
const videosMax = feedLimits.windowVideosMax + 130

let content: TestSubgraph

const video = (id: string, publishedAt: number) => ({
  id,
  creatorId: 'c',
  title: id,
  durationSeconds: 9,
  publishedAt: new Date(publishedAt).toISOString(),
  items: [],
})
const room = (id: string, status: string, startsAt: number) => ({
  id,
  kind: 'CREATOR',
  creatorId: 'c',
  shopId: null,
  title: id,
  status,
  startsAt: new Date(startsAt).toISOString(),
  endsAt: status === 'ENDED' ? new Date(startsAt + minute).toISOString() : null,
  items: [],
})
const send = async (rows: object) => {
  const { errors } = await content.ask(service, contentImport.document, {
    content: { shortVideos: [], liveRooms: [], ...rows },
  })
  expect(errors).toEqual([])
}

beforeAll(async () => {
  content = await openTestSubgraph(contentSubgraph, { databaseAdminUrl: inject('databaseAdminUrl') })
  const now = content.clock.now().getTime()
  await send({
    shortVideos: Array.from({ length: videosMax }, (_, n) =>
      video(`v${n}`, now - Math.floor(n / 3) * 10 * minute),
    ),
    liveRooms: [
      room('on-1', 'LIVE', now - minute),
      room('on-2', 'LIVE', now - 60 * minute),
      room('off', 'ENDED', now),
      room('soon', 'SCHEDULED', now),
    ],
  })
})
afterAll(() => content.close())

type Feed = {
  nodes: ({ __typename: string; id: string } | null)[]
  pageInfo: { hasNextPage: boolean; endCursor: string }
}

async function page(args: string): Promise<Feed> {
  const selection =
    'nodes { __typename ... on ShortVideo { id } ... on LiveRoom { id } } pageInfo { hasNextPage endCursor }'
  const { data, errors } = await content.ask(anonymous, `{ contentFeed(${args}) { ${selection} } }`)
  expect(errors).toEqual([])
  return (data as { contentFeed: Feed }).contentFeed
}

/** Ids page by page to the end; `between` runs after each page. */
async function readAll(
  args: string,
  between: (pages: number) => Promise<void> = async () => undefined,
): Promise<string[]> {
  const ids: string[] = []
  let feed = await page(args)
  for (let pages = 1; ; pages++) {
    ids.push(...feed.nodes.map((node) => node?.id ?? 'nothing'))
    if (!feed.pageInfo.hasNextPage) return ids
    await between(pages)
    feed = await page(`first: 37, after: "${feed.pageInfo.endCursor}"`)
  }
}

describe('the feed', () => {
  test('shows every video and every room that is live once, windows and all', async () => {
    const ids = await readAll('first: 37')
    expect(ids).toHaveLength(videosMax + 2)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.slice(0, 2)).toEqual(['on-1', 'on-2'])
    expect(ids).not.toContain('off')
    expect(ids).not.toContain('soon')
  })

  test('with a seed has another order, the same again for the same seed', async () => {
    const [plain, shuffled, again, other] = [
      await readAll('first: 37'),
      await readAll('first: 37, seed: "a"'),
      await readAll('first: 99, seed: "a"'),
      await readAll('first: 37, seed: "b"'),
    ]
    expect(again).toEqual(shuffled)
    expect(shuffled).not.toEqual(plain)
    expect(other).not.toEqual(shuffled)
    expect(new Set(shuffled)).toEqual(new Set(plain))
  })

  test('C12 repeats nothing while content is published, imported and ended between the pages', async () => {
    const openedAt = content.clock.now().getTime()
    const before = await readAll('first: 37, seed: "s"')
    const ids = await readAll('first: 37, seed: "s"', async (pages) => {
      content.clock.advance(minute)
      await send({
        shortVideos: [
          video(`new-${pages}`, openedAt + pages * minute),
          ...Array.from({ length: 9 }, (_, n) =>
            video(`late-${pages}-${n}`, openedAt - (n * 97 + pages) * 7 * minute),
          ),
        ],
        liveRooms: [room(`on-late-${pages}`, 'LIVE', openedAt + pages * minute)],
      })
    })
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => id.startsWith('new') || id.startsWith('on-late'))).toEqual([])
    expect(ids.filter((id) => !id.startsWith('late')).length).toBeGreaterThan(before.length - 100)
  })

  test('a page costs the candidates and one read a type', async () => {
    content.statements.length = 0
    await page('first: 100')
    expect(content.statements).toHaveLength(4)
  })

  test('another seed or a bad one with a cursor is a bad input', async () => {
    const { pageInfo } = await page('first: 1, seed: "a"')
    for (const args of [
      `after: "${pageInfo.endCursor}", seed: "b"`,
      'seed: ""',
      `seed: "${'x'.repeat(65)}"`,
    ]) {
      expect(
        (await content.ask(anonymous, `{ contentFeed(${args}) { pageInfo { endCursor } } }`)).codes,
      ).toEqual(['BAD_INPUT'])
    }
  })
})

describe('the rank of a feed', () => {
  const candidates = Array.from({ length: 60 }, (_, n) => ({
    kind: 'SHORT_VIDEO' as const,
    id: `v${n}`,
    at: (n % 7) * 1_000,
  }))

  test('does not depend on the order in which candidates come', () => {
    for (const seed of [null, 'a'])
      expect(rankFeed(candidates.toReversed(), seed)).toEqual(rankFeed(candidates, seed))
  })

  test('does not depend on what else is ranked', () => {
    const all = rankFeed(candidates, 'a').map(({ id }) => id)
    const some = rankFeed(
      candidates.filter((_, index) => index % 2 === 0),
      'a',
    ).map(({ id }) => id)
    expect(all.filter((id) => some.includes(id))).toEqual(some)
  })
})
