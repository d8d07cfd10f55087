/** Changes of the catalogue through the graph: who may make them, what they publish, what is refused. */
import { offersSnapshot, productsSnapshot, stockHold } from '@souk/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Goods,
  key,
  openProducts,
  operator,
  type ProductsUnderTest,
  shopper,
  staffOf,
} from '../testing/open-products.ts'

let products: ProductsUnderTest
let shopId: string
let goods: Goods

beforeAll(async () => {
  products = await openProducts()
  shopId = await products.openShop()
})

beforeEach(async () => {
  goods = await products.createGoods(shopId)
  await products.database.$executeRawUnsafe('DELETE FROM outbox_event')
})

afterAll(async () => {
  await products.close()
})

type Answer = {
  readonly __typename: string
  readonly product: { readonly id: string }
  readonly offer: object
}

const mutate = (mutation: string, input: object, viewer = staffOf(shopId)) =>
  products.mutate<Answer>(viewer, mutation, input)

const published = async () =>
  await products.database.$queryRawUnsafe<{ payload: object }[]>(
    "SELECT payload FROM outbox_event WHERE type = 'product.changed.v1' ORDER BY seq",
  )

const codesOf = async (
  mutation: string,
  input: object,
  viewer = staffOf(shopId),
): Promise<readonly unknown[]> => {
  const inputType = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
  return (
    await products.ask(
      viewer,
      `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { __typename } }`,
      { input },
    )
  ).codes
}

const price = (amount: number, currency = 'CNY') => ({ amount, currency })

describe('a new product', () => {
  const input = () => ({
    shopId,
    title: '  Silk scarf ',
    tags: ['silk', 'silk', 'red'],
    skus: [
      { code: 'S', name: 'small', price: price(9_900), openingStock: 5 },
      { code: 'L', name: 'large', price: price(12_900), listPrice: price(15_000) },
    ],
    idempotencyKey: key(),
  })

  test('has its SKUs, prices in the shop and stock, and is told to other subgraphs', async () => {
    const { product } = await mutate('productCreate', input())
    const { id } = product
    expect(product).toMatchObject({
      title: 'Silk scarf',
      status: 'LISTED',
      tags: ['silk', 'red'],
      skus: [{ code: 'S' }, { code: 'L' }],
    })
    expect(await published()).toEqual([
      {
        payload: {
          productId: id,
          shopId,
          title: 'Silk scarf',
          categoryId: null,
          status: 'LISTED',
          price: price(9_900),
        },
      },
    ])
    const { product: seen } = await products.get<{ product: unknown }>(
      shopper,
      `{ product(id: "${id}") { priceRange { min { amount } max { amount } } other: priceRange(currency: "GBP") { min { amount } }
        unitsSold skus { name stock { available onHand held } offers { listPrice { amount } availability { available reason } } } } }`,
    )
    expect(seen).toEqual({
      priceRange: { min: { amount: 9_900 }, max: { amount: 12_900 } },
      other: null,
      unitsSold: 0,
      skus: [
        {
          name: 'small',
          stock: { available: 5, onHand: null, held: null },
          offers: [{ listPrice: null, availability: { available: true, reason: null } }],
        },
        {
          name: 'large',
          stock: { available: 0, onHand: null, held: null },
          offers: [
            { listPrice: { amount: 15_000 }, availability: { available: false, reason: 'OUT_OF_STOCK' } },
          ],
        },
      ],
    })
  })

  test('is created once for one key, and the key is of no use for another', async () => {
    const same = input()
    const answers = await Promise.all([1, 2, 3].map(() => mutate('productCreate', same)))
    expect(new Set(answers.map((answer) => answer.product.id)).size).toBe(1)
    expect(await published()).toHaveLength(1)
    expect(await codesOf('productCreate', { ...same, title: 'Another' })).toEqual(['IDEMPOTENCY_KEY_REUSED'])
  })

  test('that is not as it should be is an error that names the field, and nothing is written', async () => {
    const [sku] = input().skus
    for (const change of [
      { title: ' ' },
      { title: 'x'.repeat(301) },
      { skus: [] },
      { skus: [sku, sku] },
      { skus: [{ ...sku, price: price(0) }] },
      { skus: [{ ...sku, price: price(1, 'yuan') }] },
      { skus: [{ ...sku, listPrice: price(1) }] },
      { skus: [{ ...sku, listPrice: price(99_000, 'GBP') }] },
      { skus: [{ ...sku, openingStock: -1 }] },
      { skus: [sku, { ...sku, code: 'X', price: price(1, 'GBP') }] },
      { status: 'REMOVED' },
      { tags: [''] },
    ]) {
      expect(await codesOf('productCreate', { ...input(), ...change })).toEqual(['BAD_INPUT'])
    }
    expect(await codesOf('productCreate', { ...input(), categoryId: 'nowhere' })).toEqual(['NOT_FOUND'])
    expect(await published()).toEqual([])
  })
})

describe('a change', () => {
  test('of title, category, status or price is published once, one of the rest is not', async () => {
    const { productId, offerId } = goods
    await mutate('productUpdate', { productId, description: 'New', tags: ['new'] })
    await mutate('productStatusChange', { productId, status: 'LISTED' })
    expect(await published()).toEqual([])
    await mutate('productUpdate', { productId, title: 'Newer' })
    await mutate('offerPriceChange', { offerId, price: price(8_000), listPrice: price(10_000) })
    await mutate('productStatusChange', { productId, status: 'UNLISTED' })
    expect((await published()).map(({ payload }) => payload)).toMatchObject([
      { title: 'Newer', price: price(10_000) },
      { price: price(8_000), status: 'LISTED' },
      { status: 'UNLISTED' },
    ])
  })

  test('is shown in the answer of the same request, however often it is made there', async () => {
    const { skuId } = goods
    const adjust = (delta: number) =>
      `stockAdjust(input: { skuId: "${skuId}", delta: ${delta}, reason: "found", idempotencyKey: "${key()}" }) { ... on StockAdjusted { sku { stock { available } } } }`
    const data = await products.get<{ a: unknown; b: unknown }>(
      staffOf(shopId),
      `mutation { a: ${adjust(1)} b: ${adjust(2)} }`,
    )
    expect(data).toEqual({
      a: { sku: { stock: { available: 101 } } },
      b: { sku: { stock: { available: 103 } } },
    })
  })

  test('by somebody who does not run the shop finds nothing to change', async () => {
    const { productId, offerId, skuId } = goods
    const other = staffOf(await products.openShop('Elsewhere'))
    for (const viewer of [other, shopper]) {
      expect(await codesOf('productUpdate', { productId, title: 'Mine' }, viewer)).toEqual(['NOT_FOUND'])
      expect(await codesOf('productStatusChange', { productId, status: 'REMOVED' }, viewer)).toEqual([
        'NOT_FOUND',
      ])
      expect(await codesOf('offerPriceChange', { offerId, price: price(1) }, viewer)).toEqual(['NOT_FOUND'])
      expect(
        await codesOf('offerCreate', { skuId, source: 'PLATFORM_SHOP', price: price(1) }, viewer),
      ).toEqual(['NOT_FOUND'])
      expect(
        await codesOf('stockAdjust', { skuId, delta: 1, reason: 'x', idempotencyKey: key() }, viewer),
      ).toEqual(['NOT_FOUND'])
    }
    expect(await codesOf('shopCreate', { merchantName: 'x', name: 'x' })).toEqual(['FORBIDDEN'])
    expect(await codesOf('categoryCreate', { code: key(), name: 'x' })).toEqual(['FORBIDDEN'])
    expect(await published()).toEqual([])
  })

  test('of a removed product is refused, until an operator brings it back', async () => {
    const { productId, skuId, offerId } = goods
    await mutate('productStatusChange', { productId, status: 'REMOVED' })
    const refusal = { __typename: 'ProductRemoved', code: 'PRODUCT_REMOVED' }
    expect(await mutate('productUpdate', { productId, title: 'x' })).toMatchObject(refusal)
    expect(await mutate('productStatusChange', { productId, status: 'LISTED' })).toMatchObject(refusal)
    expect(await mutate('offerPriceChange', { offerId, price: price(1) })).toMatchObject(refusal)
    expect(await mutate('offerCreate', { skuId, source: 'PLATFORM_SHOP', price: price(1) })).toMatchObject(
      refusal,
    )
    expect(await mutate('productStatusChange', { productId, status: 'LISTED' }, operator)).toMatchObject({
      __typename: 'ProductStatusChanged',
    })
  })

  test('of a price keeps the currency', async () => {
    expect(
      await mutate('offerPriceChange', { offerId: goods.offerId, price: price(1, 'GBP') }),
    ).toMatchObject({
      code: 'OFFER_CURRENCY_FIXED',
      currency: 'CNY',
    })
  })
})

describe('an offer', () => {
  test('in the shop is bought in the app, any other where its link leads', async () => {
    const { skuId, offerId } = goods
    const url = 'https://item.taobao.com/item.htm?id=1'
    const { offer } = await mutate('offerCreate', {
      skuId,
      source: 'TAOBAO',
      price: price(9_000),
      externalUrl: url,
    })
    expect(offer).toMatchObject({ checkoutMode: 'EXTERNAL_REDIRECT', externalUrl: url, shop: null })
    const { offer: own } = await products.get<{ offer: unknown }>(
      shopper,
      `{ offer(id: "${offerId}") { checkoutMode externalUrl shop { id } } }`,
    )
    expect(own).toEqual({ checkoutMode: 'IN_APP', externalUrl: null, shop: { id: shopId } })
    // The cheapest price in the shop is what others are told; it has not changed.
    expect(await published()).toEqual([])
  })

  test('on another platform needs a safe link, and one in the shop has none', async () => {
    const { skuId } = goods
    for (const offer of [
      { source: 'JD' },
      { source: 'JD', externalUrl: 'http://jd.com/1' },
      { source: 'JD', externalUrl: 'https://user:secret@jd.com/1' },
      { source: 'JD', externalUrl: 'javascript:alert(1)' },
      { source: 'PLATFORM_SHOP', externalUrl: 'https://jd.com/1' },
    ]) {
      expect(await codesOf('offerCreate', { skuId, price: price(1), ...offer })).toEqual(['BAD_INPUT'])
    }
  })

  test('is one of at most fifty of its SKU', async () => {
    const { skuId } = goods
    const create = () => mutate('offerCreate', { skuId, source: 'PLATFORM_SHOP', price: price(20_000) })
    const answers = await Promise.all(Array.from({ length: 52 }, create))
    expect(answers.filter((answer) => answer.__typename === 'OfferCreated')).toHaveLength(49)
    expect(answers.find((answer) => answer.__typename === 'TooManyOffers')).toMatchObject({
      code: 'TOO_MANY_OFFERS',
      offersMax: 50,
    })
  })

  test('of a product that is not listed is not available, and other subgraphs are told', async () => {
    const { productId, offerId, skuId } = goods
    await mutate('productStatusChange', { productId, status: 'UNLISTED' })
    const { offer } = await products.get<{ offer: unknown }>(
      shopper,
      `{ offer(id: "${offerId}") { availability { available reason } } }`,
    )
    expect(offer).toEqual({ availability: { available: false, reason: 'PRODUCT_NOT_LISTED' } })
    expect(await products.call(offersSnapshot, { offerIds: [offerId, 'nowhere'] })).toEqual([
      {
        offerId,
        productId,
        skuId,
        shopId,
        title: 'Lantern',
        skuName: 'one size',
        source: 'PLATFORM_SHOP',
        checkoutMode: 'IN_APP',
        price: price(10_000),
        sellable: false,
        externalUrl: null,
      },
      null,
    ])
    expect(await products.call(productsSnapshot, { productIds: ['nowhere', productId] })).toEqual([
      null,
      { productId, shopId, title: 'Lantern', categoryId: null, status: 'UNLISTED', price: price(10_000) },
    ])
  })
})

describe('an adjustment of stock', () => {
  const adjust = (delta: number, idempotencyKey = key()) => ({
    skuId: goods.skuId,
    delta,
    reason: 'stock-taking',
    idempotencyKey,
  })

  test('counts once for one key, and shows the staff what is on hand', async () => {
    const input = adjust(-30)
    const answers = await Promise.all([1, 2, 3].map(() => mutate('stockAdjust', input)))
    for (const answer of answers)
      expect(answer).toMatchObject({ sku: { stock: { onHand: 70, held: 0, available: 70 } } })
    expect(await codesOf('stockAdjust', { ...input, delta: -31 })).toEqual(['IDEMPOTENCY_KEY_REUSED'])
  })

  test('never takes what is held for orders', async () => {
    const expiresAt = new Date(products.clock.now().getTime() + 60_000).toISOString()
    await products.call(stockHold, {
      holdId: key(),
      demands: [{ skuId: goods.skuId, quantity: 40 }],
      expiresAt,
    })
    expect(await mutate('stockAdjust', adjust(-61))).toMatchObject({
      code: 'STOCK_BELOW_HELD',
      skuId: goods.skuId,
      available: 60,
    })
    expect(await mutate('stockAdjust', adjust(-60))).toMatchObject({
      sku: { stock: { onHand: 40, held: 40, available: 0 } },
    })
  })

  test('is of one unit at least and a million at most', async () => {
    for (const delta of [0, 1_000_001, -1_000_001])
      expect(await codesOf('stockAdjust', adjust(delta))).toEqual(['BAD_INPUT'])
  })
})
