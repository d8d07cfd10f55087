/** Where an offer can be bought: in the app, or by following a link. */
import { expect, test } from 'vitest'
import {
  addExternalOffer,
  cartItemAdd,
  checkoutCreate,
  key,
  openShop,
  perform,
  quote,
  refusalOf,
  type TestShop,
} from '../support/builders.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import { shopper } from '../support/people.ts'

const offerQuery = `query ($id: ID!) { offer(id: $id) { source checkoutMode externalUrl shop { id } } }`

eachDeployment('C2 Douyin Store: a shop offer is bought without leaving the app', (souk) => {
  test('PLATFORM_SHOP means IN_APP, and checkout works', async () => {
    const { goods, shopId } = await openShop(souk(), [{}])
    const offerId = goods[0]?.offerId ?? ''
    const buyer = await souk().as(shopper())
    expect(await buyer.get(offerQuery, { id: offerId })).toEqual({
      offer: { source: 'PLATFORM_SHOP', checkoutMode: 'IN_APP', externalUrl: null, shop: { id: shopId } },
    })
    expect(await quote(buyer, { offerId })).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('TAOBAO means EXTERNAL_REDIRECT, and checkout is refused with OFFER_NOT_SELLABLE_IN_APP', async () => {
    const shop: TestShop = await openShop(souk(), [{}])
    const offerId = await addExternalOffer(souk(), shop, { skuId: shop.goods[0]?.skuId ?? '' })
    const buyer = await souk().as(shopper('bob'))
    const { offer } = await buyer.get<{ offer: object }>(offerQuery, { id: offerId })
    expect(offer).toMatchObject({
      source: 'TAOBAO',
      checkoutMode: 'EXTERNAL_REDIRECT',
      externalUrl: expect.stringMatching(/^https:/),
    })
    const { cartItem } = await perform<{ cartItem: { id: string } }>(buyer, cartItemAdd, {
      offerId,
      quantity: 1,
      origin: { entry: 'MALL' },
    })
    const refusal = await refusalOf(buyer, checkoutCreate, {
      cartItemIds: [cartItem.id],
      idempotencyKey: key(),
    })
    expect(refusal.code).toBe('OFFER_NOT_SELLABLE_IN_APP')
  })

  test('the way to buy cannot be set by whoever creates the offer', async () => {
    const staff = await souk().as(shopper('carl'))
    const answer = await staff.ask(
      `mutation { offerCreate(input: { skuId: "x", source: TAOBAO, price: { amount: 1, currency: "CNY" }, checkoutMode: IN_APP }) { __typename } }`,
    )
    expect(answer.errors?.[0]?.message).toContain('checkoutMode')
  })
})
