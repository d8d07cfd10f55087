/** How buyers and goods met: recorded on every order, reported per shop. */
import { expect, test } from 'vitest'
import { openLiveRoom, openShop, placeOrder, registerCreator } from '../support/builders.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import { shopper } from '../support/people.ts'

const attributionQuery = `query ($id: ID!) { order(id: $id) { attribution { entry discoveryMode content { __typename ... on LiveRoom { id } } } } }`

const searchQuery = `query ($query: String!) { productSearch(query: $query) { discoveryMode nodes { title offers { id } } } }`

const feedQuery = `{ contentFeed(first: 20) { nodes { __typename ... on LiveRoom { id items(first: 1) { nodes { offer { id product { title } } } } } } } }`

const sharesQuery = `query ($id: ID!) { shop(id: $id) { discoveryShares { mode orders share } } }`

type Feed = {
  contentFeed: { nodes: { __typename: string; id: string; items: { nodes: { offer: { id: string } }[] } }[] }
}

eachDeployment('C16 People and goods: two entries over one catalogue', (souk) => {
  test('an order from the feed is GOODS_FIND_PEOPLE, from search PEOPLE_FIND_GOODS, and the shares sum to 100 %', async () => {
    const shop = await openShop(souk(), [{ title: 'Oiled paper umbrella' }])
    const offerId = shop.goods[0]?.offerId ?? ''
    const host = await registerCreator(souk())
    const liveRoomId = await openLiveRoom(souk(), host, [offerId])
    const buyer = await souk().as(shopper())

    const feed = await buyer.get<Feed>(feedQuery)
    const room = feed.contentFeed.nodes.find((node) => node.id === liveRoomId)
    const seen = room?.items.nodes[0]?.offer.id ?? ''
    const fromFeed = await placeOrder(souk(), {
      offerId: seen,
      origin: { entry: 'CONTENT_FEED', contentId: liveRoomId },
    })
    expect(await buyer.get(attributionQuery, { id: fromFeed })).toEqual({
      order: {
        attribution: {
          entry: 'CONTENT_FEED',
          discoveryMode: 'GOODS_FIND_PEOPLE',
          content: { __typename: 'LiveRoom', id: liveRoomId },
        },
      },
    })

    const found = await buyer.get<{
      productSearch: { discoveryMode: string; nodes: { offers: { id: string }[] }[] }
    }>(searchQuery, { query: 'umbrella' })
    expect(found.productSearch.discoveryMode).toBe('PEOPLE_FIND_GOODS')
    const searched = found.productSearch.nodes[0]?.offers[0]?.id ?? ''
    for (const _ of [1, 2]) {
      const fromSearch = await placeOrder(souk(), { offerId: searched, origin: { entry: 'SEARCH' } })
      expect(await buyer.get(attributionQuery, { id: fromSearch })).toEqual({
        order: { attribution: { entry: 'SEARCH', discoveryMode: 'PEOPLE_FIND_GOODS', content: null } },
      })
    }

    const { shop: report } = await (
      await souk().as(shop.staff)
    ).get<{ shop: { discoveryShares: { mode: string; orders: number; share: number }[] } }>(sharesQuery, {
      id: shop.shopId,
    })
    expect(Object.fromEntries(report.discoveryShares.map(({ mode, orders }) => [mode, orders]))).toEqual({
      GOODS_FIND_PEOPLE: 1,
      PEOPLE_FIND_GOODS: 2,
    })
    expect(report.discoveryShares.reduce((sum, { share }) => sum + share, 0)).toBe(10_000)
  })

  test("other viewers do not see a shop's shares", async () => {
    const shop = await openShop(souk(), [{}])
    const stranger = await souk().as(shopper('eve'))
    expect(await stranger.get(sharesQuery, { id: shop.shopId })).toEqual({ shop: { discoveryShares: null } })
  })
})
