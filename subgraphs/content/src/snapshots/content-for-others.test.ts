/** What other subgraphs ask of content, on a real PostgreSQL. */
import { contentImport, contentSnapshot } from '@souk/contracts'
import { describe, expect, test } from 'vitest'
import { anonymous, content, operator, service, useContent } from '../testing/use-content.ts'

useContent()

describe('what other subgraphs ask', () => {
  const imported = {
    shortVideos: [
      {
        id: 'v1',
        creatorId: 'creator-luo',
        title: 'V',
        durationSeconds: 9,
        publishedAt: '2010-12-01T00:00:00Z',
        items: [{ id: 'vi1', offerId: 'o1', source: 'PLATFORM_SHOP' }],
      },
    ],
    liveRooms: [
      {
        id: 'l1',
        kind: 'CREATOR',
        creatorId: 'creator-luo',
        shopId: null,
        title: 'L',
        status: 'ENDED',
        startsAt: '2010-12-01T20:00:00+08:00',
        endsAt: '2010-12-01T23:00:00+08:00',
        items: [
          { id: 'li1', offerId: 'o2', source: 'TAOBAO' },
          { id: 'li2', offerId: 'o1', source: 'PLATFORM_SHOP' },
        ],
      },
      {
        id: 'l2',
        kind: 'SELF_BROADCAST',
        creatorId: null,
        shopId: 'shop-1',
        title: 'S',
        status: 'LIVE',
        startsAt: '2010-12-02T20:00:00Z',
        endsAt: null,
        items: [],
      },
    ],
  }
  const importContent = (rows: object) => content.ask(service, contentImport.document, { content: rows })

  test('an import inserts what is new, once', async () => {
    expect((await importContent(imported)).data).toEqual({ _internalContentImport: 6 })
    expect((await importContent(imported)).data).toEqual({ _internalContentImport: 0 })
    const { data } = await content.ask(
      anonymous,
      '{ liveRoom(id: "l1") { status startedAt endedAt creator { id } shop { id } items { nodes { id position addedAt } } } }',
    )
    expect(data).toEqual({
      liveRoom: {
        status: 'ENDED',
        startedAt: '2010-12-01T12:00:00.000Z',
        endedAt: '2010-12-01T15:00:00.000Z',
        creator: { id: 'creator-luo' },
        shop: null,
        items: {
          nodes: [1, 2].map((position) => ({
            id: `li${position}`,
            position,
            addedAt: '2010-12-01T12:00:00.000Z',
          })),
        },
      },
    })
  })

  test('an import that lacks something is refused as a whole', async () => {
    const [room] = imported.liveRooms
    const bad = [
      { ...room, id: 'l8' },
      { ...room, id: 'l9', endsAt: null },
    ]
    expect((await importContent({ shortVideos: [], liveRooms: bad })).codes).toEqual(['BAD_INPUT'])
    expect(
      (await importContent({ shortVideos: [], liveRooms: [{ ...room, id: 'l9', creatorId: null }] })).codes,
    ).toEqual(['BAD_INPUT'])
    expect((await content.ask(anonymous, '{ liveRoom(id: "l8") { id } }')).data).toEqual({ liveRoom: null })
  })

  test('snapshots come in the order asked, with null for what is not there, in one statement', async () => {
    await importContent(imported)
    content.statements.length = 0
    const { data } = await content.ask(service, contentSnapshot.document, {
      contentIds: ['l1', 'nothing', 'v1', 'l2', 'l1'],
    })
    const l1 = { contentId: 'l1', contentKind: 'LIVE_ROOM', creatorId: 'creator-luo', offerIds: ['o2', 'o1'] }
    expect(data).toEqual({
      _internalContent: [
        l1,
        null,
        { contentId: 'v1', contentKind: 'SHORT_VIDEO', creatorId: 'creator-luo', offerIds: ['o1'] },
        { contentId: 'l2', contentKind: 'LIVE_ROOM', creatorId: null, offerIds: [] },
        l1,
      ],
    })
    expect(content.statements).toHaveLength(1)
  })

  test('internal fields answer to services only', async () => {
    expect((await content.ask(operator, contentSnapshot.document, { contentIds: ['l1'] })).codes).toEqual([
      'FORBIDDEN',
    ])
  })
})
