/** The search of the mall: words, filters, orders and pages over products made through the public mutations. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  key,
  openProducts,
  operator,
  type ProductsUnderTest,
  shopper,
  staffOf,
} from '../testing/open-products.ts'

let products: ProductsUnderTest
let shopId: string
let otherShopId: string
const categories: Record<string, string> = {}

beforeAll(async () => {
  products = await openProducts()
  shopId = await products.openShop('Lamps & Co')
  otherShopId = await products.openShop('Antiques')
  for (const [code, parent] of [
    ['home', null],
    ['lighting', 'home'],
    ['lamps', 'lighting'],
    ['garden', null],
  ] as const) {
    const { category } = await products.mutate<{ category: { id: string } }>(operator, 'categoryCreate', {
      code,
      name: code,
      parentId: parent && categories[parent],
    })
    categories[code] = category.id
  }
  const goods = [
    {
      title: 'Brass desk lamp',
      amount: 5_000,
      categoryId: categories.lamps,
      description: 'Bends where you want it.',
    },
    { title: 'Floor lamps, set of two', amount: 9_000, categoryId: categories.lamps, tags: ['brass'] },
    {
      title: 'Paper lantern',
      amount: 1_000,
      categoryId: categories.lighting,
      description: 'Hang it over a lamp.',
    },
    { title: 'Watering can', amount: 2_000, categoryId: categories.garden, tags: ['garden'] },
    { title: 'Candle', amount: 300, currency: 'GBP', categoryId: categories.home },
  ]
  for (const each of goods) {
    await products.createGoods(each.title === 'Candle' ? otherShopId : shopId, each)
    products.clock.advance(1_000)
  }
})

afterAll(async () => {
  await products.close()
})

const document = `query ($query: String, $filter: ProductSearchFilter, $sort: ProductSearchSort, $first: Int, $after: String) {
  productSearch(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {
    discoveryMode nodes { title } edges { cursor } pageInfo { hasNextPage endCursor }
  }
}`

type Search = {
  readonly query?: string
  readonly filter?: object
  readonly sort?: string
  readonly first?: number
  readonly after?: string
}

type Found = {
  readonly discoveryMode: string
  readonly nodes: readonly { readonly title: string }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
}

const search = async (variables: Search): Promise<Found> =>
  (await products.get<{ productSearch: Found }>(shopper, document, variables)).productSearch

const titles = async (variables: Search): Promise<readonly string[]> =>
  (await search(variables)).nodes.map((node) => node.title)

describe('words', () => {
  test('are found in another form of the word, the title weighing more than the description', async () => {
    expect(await titles({ query: 'lamps' })).toEqual([
      'Floor lamps, set of two',
      'Brass desk lamp',
      'Paper lantern',
    ])
  })

  test('are found in tags, and in the names of category and brand', async () => {
    expect(await titles({ query: 'garden' })).toEqual(['Watering can'])
    expect(await titles({ query: 'brass' })).toEqual(['Brass desk lamp', 'Floor lamps, set of two'])
    expect(await titles({ query: 'lighting' })).toEqual(['Paper lantern'])
  })

  test('may be quoted, alternatives or unwanted', async () => {
    expect(await titles({ query: '"desk lamp"' })).toEqual(['Brass desk lamp'])
    expect(await titles({ query: 'candle or can', sort: 'NEWEST' })).toEqual(['Candle', 'Watering can'])
    expect(await titles({ query: 'brass -floor' })).toEqual(['Brass desk lamp'])
  })

  test('that match nothing find nothing, whatever signs they are made of', async () => {
    for (const query of ['zeppelin', 'the', `'; DROP TABLE product; --`, '&|!()<->:*', '"', '-']) {
      expect(await search({ query })).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false } })
    }
  })

  test('left out find everything, the newest first, and the mode is always that people look for goods', async () => {
    const found = await search({ query: '  ' })
    expect(found.nodes.map((node) => node.title)).toEqual([
      'Candle',
      'Watering can',
      'Paper lantern',
      'Floor lamps, set of two',
      'Brass desk lamp',
    ])
    expect(found.discoveryMode).toBe('PEOPLE_FIND_GOODS')
  })
})

describe('a filter', () => {
  test('by category finds what is in the categories below it as well', async () => {
    expect(await titles({ filter: { categoryId: categories.home } })).toHaveLength(4)
    expect(await titles({ filter: { categoryId: categories.lighting } })).toHaveLength(3)
    expect(await titles({ filter: { categoryId: categories.garden } })).toEqual(['Watering can'])
  })

  test('by price counts in one currency, both ends included', async () => {
    expect(await titles({ filter: { currency: 'CNY', priceMin: 1_000, priceMax: 5_000 } })).toEqual([
      'Watering can',
      'Paper lantern',
      'Brass desk lamp',
    ])
    expect(await titles({ filter: { currency: 'GBP', priceMax: 300 } })).toEqual(['Candle'])
  })

  test('by shop, source and words holds all at once', async () => {
    expect(
      await titles({
        query: 'lamp',
        filter: { shopId, source: 'PLATFORM_SHOP', currency: 'CNY', priceMax: 5_000 },
      }),
    ).toEqual(['Brass desk lamp', 'Paper lantern'])
    expect(await titles({ filter: { source: 'TAOBAO' } })).toEqual([])
  })

  test('that contradicts itself or lacks the currency is an error that names the field', async () => {
    for (const [filter, field] of [
      [{ priceMin: 1 }, 'currency'],
      [{ currency: 'CNY', priceMin: 2, priceMax: 1 }, 'priceMin'],
      [{ currency: 'cny' }, 'currency'],
      [{ currency: 'CNY', priceMax: -1 }, 'priceMax'],
    ] as const) {
      const { codes, errors } = await products.ask(shopper, document, { filter })
      expect(codes).toEqual(['BAD_INPUT'])
      expect(errors[0]?.message).toContain(`filter.${field}`)
    }
  })
})

describe('pages', () => {
  const sorts = ['RELEVANCE', 'PRICE_ASC', 'PRICE_DESC', 'NEWEST']

  test.each(sorts)(
    'by %s, one at a time, show every product once and in the same order as one page of all',
    async (sort) => {
      for (const query of [undefined, 'lamp or candle']) {
        const all = await titles({ sort, query })
        const paged: string[] = []
        let page = await search({ sort, query, first: 1 })
        paged.push(...page.nodes.map((node) => node.title))
        while (page.pageInfo.hasNextPage) {
          page = await search({ sort, query, first: 1, after: page.pageInfo.endCursor })
          paged.push(...page.nodes.map((node) => node.title))
        }
        expect(paged).toEqual(all)
      }
    },
  )

  test('by price go up or down within each currency', async () => {
    const lamps = ['Paper lantern', 'Watering can', 'Brass desk lamp', 'Floor lamps, set of two']
    expect(await titles({ sort: 'PRICE_ASC' })).toEqual([...lamps, 'Candle'])
    expect(await titles({ sort: 'PRICE_DESC' })).toEqual([...lamps.toReversed(), 'Candle'])
  })

  test('stay in place when a product appears before the cursor', async () => {
    const first = await search({ sort: 'NEWEST', first: 2 })
    await products.createGoods(shopId, { title: 'Something newer' })
    expect(await titles({ sort: 'NEWEST', first: 2, after: first.pageInfo.endCursor })).toEqual([
      'Paper lantern',
      'Floor lamps, set of two',
    ])
  })

  test('refuse a cursor of another order, or one that is none', async () => {
    const { pageInfo } = await search({ sort: 'NEWEST', first: 1 })
    const forged = Buffer.from(JSON.stringify(['NEWEST', 'not a time', 'x'])).toString('base64url')
    for (const [sort, after] of [
      ['PRICE_ASC', pageInfo.endCursor],
      ['NEWEST', 'nonsense'],
      ['NEWEST', forged],
    ]) {
      expect((await products.ask(shopper, document, { sort, after })).codes).toEqual(['BAD_INPUT'])
    }
    expect((await products.ask(shopper, document, { first: 101 })).codes).toEqual(['BAD_INPUT'])
  })
})

test('a product that is taken off sale is found no more, by nobody', async () => {
  const { productId } = await products.createGoods(shopId, { title: 'Zeppelin', idempotencyKey: key() })
  expect(await titles({ query: 'zeppelin' })).toEqual(['Zeppelin'])
  await products.mutate(staffOf(shopId), 'productStatusChange', { productId, status: 'UNLISTED' })
  expect(await titles({ query: 'zeppelin' })).toEqual([])
  await products.mutate(staffOf(shopId), 'productStatusChange', { productId, status: 'LISTED' })
  await products.mutate(staffOf(shopId), 'productUpdate', { productId, title: 'Airship' })
  expect(await titles({ query: 'zeppelin' })).toEqual([])
  expect(await titles({ query: 'airships' })).toEqual(['Airship'])
})
