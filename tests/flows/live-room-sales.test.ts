/** What a live room shows and sells, by where its offers come from. */
import { expect, test } from 'vitest'
import {
  addExternalOffer,
  key,
  openLiveRoom,
  openShop,
  perform,
  placeOrder,
  registerCreator,
} from '../support/builders.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import { operator } from '../support/people.ts'

const summaryQuery = `query ($id: ID!) {
  liveRoom(id: $id) {
    items(first: 100) { nodes { position source offer { source checkoutMode } } }
    commerceSummary {
      itemCount itemsBySource { source count }
      paidAmount { amount currency } paidAmountBySource { source amount { amount currency } }
    }
  }
}`

const externalConversionReport = `mutation ($input: ExternalConversionReportInput!) {
  result: externalConversionReport(input: $input) { __typename ... on Refusal { code message } }
}`

type Summary = {
  liveRoom: {
    items: { nodes: { position: number; source: string }[] }
    commerceSummary: {
      itemCount: number
      itemsBySource: { source: string; count: number }[]
      paidAmount: { amount: number; currency: string }
      paidAmountBySource: { source: string; amount: { amount: number; currency: string } }[]
    }
  }
}

const paidInTheApp = 6_000_000_000
const paidElsewhere = 5_000_000_000

eachDeployment('C3 Mixed-source live: 23 items, 10 external and 13 from shops, 110 million yuan', (souk) => {
  test('counts and paid amounts by source add up', async () => {
    const shopItems = 13
    const shop = await openShop(
      souk(),
      Array.from({ length: shopItems }, (_, index) => ({
        title: `Live item ${index}`,
        amount: paidInTheApp / 40,
        stock: 10,
      })),
    )
    const external: string[] = []
    for (const { skuId } of shop.goods.slice(0, 10))
      external.push(await addExternalOffer(souk(), shop, { skuId }))
    const host = await registerCreator(souk(), 'Luo')
    const liveRoomId = await openLiveRoom(souk(), host, [
      ...external,
      ...shop.goods.map((each) => each.offerId),
    ])

    for (const { offerId } of shop.goods.slice(0, 4)) {
      await placeOrder(souk(), {
        offerId,
        quantity: 10,
        origin: { entry: 'LIVE_ROOM', contentId: liveRoomId },
      })
    }
    const asOperator = await souk().as(operator)
    for (const [index, offerId] of external.slice(0, 2).entries()) {
      const report = {
        source: 'TAOBAO',
        liveRoomId,
        offerId,
        amount: { amount: paidElsewhere / 2, currency: 'CNY' },
        externalOrderId: `taobao-${index}`,
        paidAt: souk().clock.now().toISOString(),
      }
      await perform(asOperator, externalConversionReport, { ...report, idempotencyKey: key() })
      // Reported again by a partner who retries: counted once.
      await perform(asOperator, externalConversionReport, { ...report, idempotencyKey: key() })
    }

    const { liveRoom } = await (await souk().as()).get<Summary>(summaryQuery, { id: liveRoomId })
    const { itemCount, itemsBySource, paidAmount, paidAmountBySource } = liveRoom.commerceSummary
    expect(itemCount).toBe(23)
    expect(Object.fromEntries(itemsBySource.map(({ source, count }) => [source, count]))).toEqual({
      TAOBAO: 10,
      PLATFORM_SHOP: 13,
    })
    expect(liveRoom.items.nodes.map((item) => item.position)).toEqual(
      Array.from({ length: 23 }, (_, index) => index + 1),
    )
    expect(paidAmount).toEqual({ amount: 11_000_000_000, currency: 'CNY' })
    expect(
      Object.fromEntries(paidAmountBySource.map(({ source, amount }) => [source, amount.amount])),
    ).toEqual({
      TAOBAO: paidElsewhere,
      PLATFORM_SHOP: paidInTheApp,
    })
  })
})
