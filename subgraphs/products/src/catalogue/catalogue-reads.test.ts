/** The catalogue as each viewer sees it: lists, stock, entities, and how few statements they take. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Goods,
  key,
  openProducts,
  operator,
  type ProductsUnderTest,
  service,
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
})

afterAll(async () => {
  await products.close()
})

const mutate = (mutation: string, input: object, viewer = staffOf(shopId)) =>
  products.mutate<object>(viewer, mutation, input)

describe('what a viewer sees', () => {
  test('of a shop is what is listed, of their own shop all of it', async () => {
    const shop = await products.openShop('Small')
    const { productId } = await products.createGoods(shop, { title: 'Hidden' })
    await products.createGoods(shop, { title: 'Shown' })
    await mutate('productStatusChange', { productId, status: 'UNLISTED' }, staffOf(shop))
    const ask = async (viewer: typeof operator, args = '') =>
      (
        await products.get<{ shop: { products: { nodes: { title: string }[] } } }>(
          viewer,
          `{ shop(id: "${shop}") { products${args} { nodes { title } } } }`,
        )
      ).shop.products.nodes.map((node) => node.title)
    expect(await ask(shopper)).toEqual(['Shown'])
    expect(await ask(shopper, '(status: UNLISTED)')).toEqual([])
    for (const viewer of [staffOf(shop), operator]) {
      expect((await ask(viewer)).toSorted()).toEqual(['Hidden', 'Shown'])
      expect(await ask(viewer, '(status: UNLISTED)')).toEqual(['Hidden'])
    }
  })

  test('of stock on hand is for the staff of that shop, through entities too', async () => {
    const query = `{ _entities(representations: [{ __typename: "Sku", id: "${goods.skuId}" }]) { ... on Sku { stock { available onHand } } } }`
    for (const [viewer, onHand] of [
      [shopper, null],
      [staffOf('other'), null],
      [staffOf(shopId), 100],
      [operator, 100],
      [service, 100],
    ] as const) {
      const { _entities } = await products.get<{ _entities: unknown }>(viewer, query)
      expect(_entities).toEqual([{ stock: { available: 100, onHand } }])
    }
  })

  test('of many things at once takes one statement for each kind of thing', async () => {
    const entities = await Promise.all(Array.from({ length: 5 }, () => products.createGoods(shopId)))
    products.statements.length = 0
    const representations = entities.map(({ productId }) => ({ __typename: 'Product', id: productId }))
    await products.get(
      shopper,
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Product {
        title shop { name merchant { name } products(first: 2) { nodes { id } } } priceRange { min { amount } }
        skus { stock { available } offers { price { amount } availability { available } } } } } }`,
      { representations },
    )
    // Products, shops, merchants, products of shops, offers of products, SKUs, stock, offers of SKUs, products of offers.
    expect(products.statements.length).toBeLessThanOrEqual(9)
  })

  test('of a category is its products and those below, and its code leads to it', async () => {
    const create = async (code: string, parentId?: string) =>
      (await mutate('categoryCreate', { code, name: code, parentId }, operator)) as unknown as {
        category: { id: string }
      }
    const [top, low] = [key(), key()]
    const parent = await create(top)
    const child = await create(low, parent.category.id)
    expect(await mutate('categoryCreate', { code: top, name: 'Again' }, operator)).toMatchObject({
      code: 'CATEGORY_CODE_TAKEN',
      category: { name: top },
    })
    await mutate('productUpdate', { productId: goods.productId, categoryId: child.category.id })
    const { category } = await products.get<{ category: unknown }>(
      shopper,
      `{ category(code: "${top}") { children { nodes { name parent { name } } } products { nodes { id category { code } } } } }`,
    )
    expect(category).toEqual({
      children: { nodes: [{ name: low, parent: { name: top } }] },
      products: { nodes: [{ id: goods.productId, category: { code: low } }] },
    })
    const both = await products.ask(shopper, '{ category { name } }')
    expect(both.codes).toEqual(['BAD_INPUT'])
    expect(
      await products.get(
        shopper,
        '{ product(id: "nowhere") { id } category(id: "nowhere") { id } brand(id: "nowhere") { id } }',
      ),
    ).toEqual({
      product: null,
      category: null,
      brand: null,
    })
  })

  test('of the shops goes on where the page before ended', async () => {
    for (let index = 0; index < 3; index += 1) {
      await products.openShop(`Shop ${index}`)
      products.clock.advance(1_000)
    }
    const page = async (after: string | null) =>
      (
        await products.get<{ shops: { nodes: { name: string }[]; pageInfo: { endCursor: string } } }>(
          shopper,
          'query ($after: String) { shops(first: 2, after: $after) { nodes { name } pageInfo { endCursor } } }',
          { after },
        )
      ).shops
    const first = await page(null)
    expect(first.nodes.map(({ name }) => name)).toEqual(['Shop 2', 'Shop 1'])
    expect((await page(first.pageInfo.endCursor)).nodes[0]?.name).toBe('Shop 0')
  })
})
