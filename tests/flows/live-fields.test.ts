/** Pages that update themselves: an order from the payment to the refund, and a live room from its start to its end. */
import { signSandboxTracking } from '@souk/orders'
import { expect, test } from 'vitest'
import {
  addExternalOffer,
  key,
  liveRoomItemAdd,
  openLiveRoom,
  openShop,
  perform,
  placeOrder,
  registerCreator,
} from '../support/builders.ts'
import type { Watched } from '../support/client.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import {
  afterSaleApprove,
  afterSaleOpen,
  carrierNotify,
  orderReceiptConfirm,
  shipmentCreate,
} from '../support/loop-documents.ts'
import { merchant, operator, shopper } from '../support/people.ts'

const orderUpdated = `subscription ($id: ID!) {
  orderUpdated(orderId: $id) {
    state
    shop { name }
    lines { id product { title } }
    shipments { state }
    afterSaleCases { state }
  }
}`

type OrderPage = {
  orderUpdated: {
    state: string
    shop: { name: string }
    lines: { id: string; product: { title: string } }[]
    shipments: { state: string }[]
    afterSaleCases: { state: string }[]
  }
}

const liveRoomUpdated = `subscription ($id: ID!) {
  liveRoomUpdated(liveRoomId: $id) {
    status
    creator { displayName }
    items { nodes { position offer { product { title } } } }
    commerceSummary { itemCount paidAmount { amount } }
  }
}`

type RoomPage = {
  liveRoomUpdated: {
    status: string
    creator: { displayName: string }
    items: { nodes: { position: number; offer: { product: { title: string } } }[] }
    commerceSummary: { itemCount: number; paidAmount: { amount: number } }
  }
}

const offerUpdated = `subscription ($id: ID!) { offerUpdated(offerId: $id) { price { amount } availability { available } } }`

type OfferPage = { offerUpdated: { price: { amount: number }; availability: { available: boolean } } }

const offerPriceChange = `mutation ($input: OfferPriceChangeInput!) { result: offerPriceChange(input: $input) { __typename ... on Refusal { code message } } }`
const stockAdjust = `mutation ($input: StockAdjustInput!) { result: stockAdjust(input: $input) { __typename ... on Refusal { code message } } }`
const liveRoomEnd = `mutation ($input: LiveRoomEndInput!) { result: liveRoomEnd(input: $input) { __typename ... on Refusal { code message } } }`
const liveRoomItemRemove = `mutation ($input: LiveRoomItemRemoveInput!) { result: liveRoomItemRemove(input: $input) { __typename ... on Refusal { code message } } }`
const externalConversionReport = `mutation ($input: ExternalConversionReportInput!) { result: externalConversionReport(input: $input) { __typename ... on Refusal { code message } } }`
const roomItems = `query ($id: ID!) { liveRoom(id: $id) { items { nodes { id } } } }`

async function next<Data>(answers: AsyncIterableIterator<Watched<Data>>): Promise<Data> {
  const { value } = await answers.next()
  const { data, errors } = value as Watched<Data>
  if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors))
  return data
}

/** Reads on until an answer is as wanted: a change may be told in several answers, each with the newest state. */
async function until<Data>(
  answers: AsyncIterableIterator<Watched<Data>>,
  isWanted: (data: Data) => boolean,
): Promise<Data> {
  for (;;) {
    const data = await next(answers)
    if (isWanted(data)) return data
  }
}

const codesOf = async (answers: AsyncIterableIterator<Watched<unknown>>): Promise<unknown> => {
  const codes: unknown[] = []
  for await (const { data, errors } of answers) codes.push([data, errors?.[0]?.extensions?.code])
  return codes
}

eachDeployment('an order page updates itself', (souk) => {
  test('a buyer watches their order from paid to delivered, completed and refunded, with fields of other subgraphs', async () => {
    const shop = await openShop(souk(), [{ title: 'Paper lantern' }], 'Lantern House')
    const buyer = shopper(key())
    const orderId = await placeOrder(souk(), { offerId: shop.goods[0]?.offerId ?? '', buyer })
    const asBuyer = await souk().as(buyer)
    const page = asBuyer.watch<OrderPage>(orderUpdated, { id: orderId })
    const { orderUpdated: first } = await next(page)
    expect(first).toMatchObject({
      state: 'PAID',
      shop: { name: 'Lantern House' },
      lines: [{ product: { title: 'Paper lantern' } }],
      shipments: [],
    })
    const { shipment } = await perform<{ shipment: { waybill: string } }>(
      await souk().as(shop.staff),
      shipmentCreate,
      { orderId, carrier: 'SANDBOX_EXPRESS', idempotencyKey: key() },
    )
    const shipped = await until(page, ({ orderUpdated: { state } }) => state !== 'PAID')
    expect(shipped.orderUpdated).toMatchObject({
      state: 'SHIPPED',
      shop: { name: 'Lantern House' },
      shipments: [{ state: 'CREATED' }],
    })
    const track = async (code: 'IN_TRANSIT' | 'DELIVERED'): Promise<void> => {
      const event = { id: `${orderId}-${code}`, code, occurredAt: souk().clock.now().toISOString() }
      const notice = signSandboxTracking({ waybill: shipment.waybill, events: [event] })
      await perform(await souk().as(), carrierNotify, notice)
    }
    await track('IN_TRANSIT')
    const moving = await until(page, ({ orderUpdated: { shipments } }) => shipments[0]?.state !== 'CREATED')
    expect(moving.orderUpdated).toMatchObject({ state: 'SHIPPED', shipments: [{ state: 'IN_TRANSIT' }] })
    await track('DELIVERED')
    await until(page, ({ orderUpdated: { state } }) => state === 'DELIVERED')
    await perform(asBuyer, orderReceiptConfirm, { orderId })
    await until(page, ({ orderUpdated: { state } }) => state === 'COMPLETED')
    const opened = await perform<{ case: { id: string } }>(asBuyer, afterSaleOpen, {
      orderId,
      kind: 'REFUND_ONLY',
      lines: [{ orderLineId: first.lines[0]?.id, quantity: 1 }],
      reason: 'It does not shine.',
      idempotencyKey: key(),
    })
    await until(page, ({ orderUpdated: { afterSaleCases } }) => afterSaleCases[0]?.state === 'OPEN')
    await perform(await souk().as(shop.staff), afterSaleApprove, {
      caseId: opened.case.id,
      idempotencyKey: key(),
    })
    await until(page, ({ orderUpdated: { afterSaleCases } }) => afterSaleCases[0]?.state === 'REFUNDED')
    await page.return?.()
  })

  test("the shop's staff watches the order; to strangers it is not there", async () => {
    const shop = await openShop(souk(), [{}])
    const other = await openShop(souk(), [{}], 'Other House')
    const orderId = await placeOrder(souk(), { offerId: shop.goods[0]?.offerId ?? '' })
    const page = (await souk().as(shop.staff)).watch<OrderPage>(orderUpdated, { id: orderId })
    expect((await next(page)).orderUpdated.state).toBe('PAID')
    await page.return?.()
    for (const stranger of [shopper(key()), merchant(other.shopId)]) {
      const answers = (await souk().as(stranger)).watch(orderUpdated, { id: orderId })
      expect(await codesOf(answers)).toEqual([[undefined, 'NOT_FOUND']])
    }
  })

  test('a client that leaves frees what it watched', async () => {
    const shop = await openShop(souk(), [{}])
    const buyer = shopper(key())
    const orderId = await placeOrder(souk(), { offerId: shop.goods[0]?.offerId ?? '', buyer })
    await expect.poll(() => souk().subscriptionCount('orders')).toBe(0)
    const page = (await souk().as(buyer)).watch<OrderPage>(orderUpdated, { id: orderId })
    await next(page)
    expect(souk().subscriptionCount('orders')).toBe(1)
    await page.return?.()
    await expect.poll(() => souk().subscriptionCount('orders')).toBe(0)
  })
})

eachDeployment('the page of a live room updates itself', (souk) => {
  test('items that come and go, what is sold, and the end are told', async () => {
    const shop = await openShop(souk(), [
      { title: 'Paper lantern', amount: 9_900 },
      { title: 'Silk lantern' },
    ])
    const [paper, silk] = shop.goods.map(({ offerId }) => offerId)
    const host = await registerCreator(souk(), 'Mei')
    const asHost = await souk().as(host)
    const liveRoomId = await openLiveRoom(souk(), host, [paper ?? ''])
    const page = (await souk().as()).watch<RoomPage>(liveRoomUpdated, { id: liveRoomId })
    expect((await next(page)).liveRoomUpdated).toEqual({
      status: 'LIVE',
      creator: { displayName: 'Mei' },
      items: { nodes: [{ position: 1, offer: { product: { title: 'Paper lantern' } } }] },
      commerceSummary: { itemCount: 1, paidAmount: { amount: 0 } },
    })
    await perform(asHost, liveRoomItemAdd, { liveRoomId, offerId: silk })
    const two = await until(page, ({ liveRoomUpdated: { items } }) => items.nodes.length === 2)
    expect(two.liveRoomUpdated.items.nodes.map(({ offer }) => offer.product.title)).toEqual([
      'Paper lantern',
      'Silk lantern',
    ])
    await placeOrder(souk(), { offerId: paper ?? '', origin: { entry: 'LIVE_ROOM', contentId: liveRoomId } })
    await souk().settle()
    await until(page, ({ liveRoomUpdated }) => liveRoomUpdated.commerceSummary.paidAmount.amount === 9_900)
    const { liveRoom } = await asHost.get<{ liveRoom: { items: { nodes: { id: string }[] } } }>(roomItems, {
      id: liveRoomId,
    })
    await perform(asHost, liveRoomItemRemove, { liveRoomId, itemId: liveRoom.items.nodes[0]?.id })
    const one = await until(page, ({ liveRoomUpdated: { items } }) => items.nodes.length === 1)
    expect(one.liveRoomUpdated.items.nodes[0]).toEqual({
      position: 1,
      offer: { product: { title: 'Silk lantern' } },
    })
    await perform(asHost, liveRoomEnd, { liveRoomId })
    await until(page, ({ liveRoomUpdated: { status } }) => status === 'ENDED')
    expect((await page.next()).done).toBe(true)
  })

  test('everybody who watches the same room begins with the room as it is, and is told what changes', async () => {
    const shop = await openShop(souk(), [{}])
    const host = await registerCreator(souk(), 'Mei')
    const liveRoomId = await openLiveRoom(souk(), host, [])
    const viewer = await souk().as()
    const first = viewer.watch<RoomPage>(liveRoomUpdated, { id: liveRoomId })
    await next(first)
    await perform(await souk().as(host), liveRoomItemAdd, { liveRoomId, offerId: shop.goods[0]?.offerId })
    await until(first, ({ liveRoomUpdated: { items } }) => items.nodes.length === 1)
    const second = viewer.watch<RoomPage>(liveRoomUpdated, { id: liveRoomId })
    expect((await next(second)).liveRoomUpdated.items.nodes).toHaveLength(1)
    expect(souk().subscriptionCount('content'), 'they are one to the subgraph').toBe(1)
    await perform(await souk().as(host), liveRoomEnd, { liveRoomId })
    for (const page of [first, second])
      await until(page, ({ liveRoomUpdated: { status } }) => status === 'ENDED')
  })

  test('a sale elsewhere that is reported for the room is told', async () => {
    const shop = await openShop(souk(), [{}])
    const offerId = await addExternalOffer(souk(), shop, { skuId: shop.goods[0]?.skuId ?? '' })
    const liveRoomId = await openLiveRoom(souk(), await registerCreator(souk()), [offerId])
    const page = (await souk().as()).watch<RoomPage>(liveRoomUpdated, { id: liveRoomId })
    await next(page)
    const sale = { source: 'TAOBAO', liveRoomId, offerId, amount: { amount: 5_000, currency: 'CNY' } }
    const paidAt = souk().clock.now().toISOString()
    await perform(await souk().as(operator), externalConversionReport, {
      ...sale,
      externalOrderId: 'taobao-1',
      paidAt,
      idempotencyKey: key(),
    })
    await souk().settle()
    await until(page, ({ liveRoomUpdated }) => liveRoomUpdated.commerceSummary.paidAmount.amount === 5_000)
    await page.return?.()
  })

  test('a room that there is not is refused', async () => {
    const answers = (await souk().as()).watch(liveRoomUpdated, { id: key() })
    expect(await codesOf(answers)).toEqual([[undefined, 'NOT_FOUND']])
  })
})

eachDeployment('an offer of a live room updates itself', (souk) => {
  test('a new price, the last unit and new stock are told, and nothing in between', async () => {
    const shop = await openShop(souk(), [{ amount: 9_900, stock: 2 }])
    const { offerId, skuId } = shop.goods[0] ?? { offerId: '', skuId: '' }
    const page = (await souk().as()).watch<OfferPage>(offerUpdated, { id: offerId })
    const seen: unknown[] = []
    const see = async (wanted: OfferPage['offerUpdated']): Promise<void> => {
      await until(page, ({ offerUpdated: offer }) => {
        seen.push(offer)
        return JSON.stringify(offer) === JSON.stringify(wanted)
      })
    }
    const before = { price: { amount: 9_900 }, availability: { available: true } }
    const cheap = { ...before, price: { amount: 4_900 } }
    const soldOut = { ...cheap, availability: { available: false } }
    const asStaff = await souk().as(shop.staff)
    await see(before)
    await perform(asStaff, offerPriceChange, { offerId, price: { amount: 4_900, currency: 'CNY' } })
    await see(cheap)
    await placeOrder(souk(), { offerId })
    await placeOrder(souk(), { offerId })
    await see(soldOut)
    await perform(asStaff, stockAdjust, { skuId, delta: 5, reason: 'more', idempotencyKey: key() })
    await see(cheap)
    const distinct = seen.filter((offer, index) => JSON.stringify(offer) !== JSON.stringify(seen[index - 1]))
    expect(distinct).toEqual([before, cheap, soldOut, cheap])
    await page.return?.()
  })
})
