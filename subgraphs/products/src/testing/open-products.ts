/** The products subgraph for its own tests: a database of its own, people, and a shop with goods made through the public mutations. */
import { type InternalOperation, randomIds, type Viewer } from '@souk/contracts'
import { createPrismaAdapter } from '@souk/kit'
import { openTestSubgraph, type TestSubgraph } from '@souk/kit/testing'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../db.ts'
import { productsSubgraph } from '../index.ts'

export const service: Viewer = { kind: 'service', service: 'orders', scopes: [] }
export const operator: Viewer = {
  kind: 'user',
  userId: 'operator',
  scopes: ['platform:operate'],
  shopIds: [],
}
export const shopper: Viewer = { kind: 'user', userId: 'ann', scopes: ['cart:write'], shopIds: [] }
export const staffOf = (...shopIds: string[]): Viewer => ({
  kind: 'user',
  userId: 'staff',
  scopes: ['shop:write'],
  shopIds,
})

export type Goods = { readonly productId: string; readonly skuId: string; readonly offerId: string }

export type GoodsInput = {
  readonly title?: string
  readonly amount?: number
  readonly currency?: string
  readonly stock?: number
  readonly [field: string]: unknown
}

export type ProductsUnderTest = TestSubgraph & {
  /** A client beside the subgraph's own, for looking into its tables. */
  readonly database: Database
  /** The data of an answer that must have no errors. */
  get<Data>(viewer: Viewer, query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>
  call<Variables extends Record<string, unknown>, Result>(
    operation: InternalOperation<Variables, Result>,
    variables: Variables,
  ): Promise<Result>
  /** The member of the result union that a mutation answered. */
  mutate<Result>(viewer: Viewer, mutation: string, input: object): Promise<Result>
  openShop(name?: string): Promise<string>
  createGoods(shopId: string, goods?: GoodsInput): Promise<Goods>
}

const ids = randomIds()

export const key = (): string => ids.next()

export async function openProducts(): Promise<ProductsUnderTest> {
  const subgraph = await openTestSubgraph(productsSubgraph, { databaseAdminUrl: inject('databaseAdminUrl') })
  const get = async <Data>(
    viewer: Viewer,
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<Data> => {
    const { data, errors } = await subgraph.ask(viewer, query, variables)
    if (errors.length > 0) throw new Error(`The subgraph answered with errors: ${JSON.stringify(errors)}`)
    return data
  }
  const mutate = async <Result>(viewer: Viewer, mutation: string, input: object): Promise<Result> =>
    (await get<{ result: Result }>(viewer, mutations[mutation] ?? mutation, { input })).result
  const database = openDatabase(
    createPrismaAdapter({ databaseUrl: subgraph.databaseUrl, schema: 'products', poolSizeMax: 1 }),
  )
  return {
    ...subgraph,
    close: async () => {
      await database.$disconnect()
      await subgraph.close()
    },
    database,
    get,
    mutate,
    call: async <Variables extends Record<string, unknown>, Result>(
      operation: InternalOperation<Variables, Result>,
      variables: Variables,
    ) =>
      (await get<Record<string, Result>>(service, operation.document, variables))[operation.field] as Result,
    openShop: async (name = 'Lantern House') => {
      const { shop } = await mutate<{ shop: { id: string } }>(operator, 'shopCreate', {
        name,
        merchantName: `${name} Ltd`,
      })
      return shop.id
    },
    createGoods: async (
      shopId,
      { title = 'Lantern', amount = 10_000, currency = 'CNY', stock = 100, ...rest } = {},
    ) => {
      const { product } = await mutate<{
        product: { id: string; skus: { id: string; offers: { id: string }[] }[] }
      }>(staffOf(shopId), 'productCreate', {
        shopId,
        title,
        skus: [{ code: 'ONE', name: 'one size', price: { amount, currency }, openingStock: stock }],
        idempotencyKey: key(),
        ...rest,
      })
      const [sku] = product.skus
      return { productId: product.id, skuId: sku?.id ?? '', offerId: sku?.offers[0]?.id ?? '' }
    },
  }
}

const product =
  'product { id title status tags description category { id } brand { id } skus { id code offers { id } } }'

const offer =
  'offer { id source checkoutMode externalUrl price { amount currency } listPrice { amount } shop { id } }'

const refusal = '... on Refusal { code message }'

const mutations: Readonly<Record<string, string>> = {
  shopCreate:
    'mutation ($input: ShopCreateInput!) { result: shopCreate(input: $input) { __typename ... on ShopCreated { shop { id } } } }',
  categoryCreate: `mutation ($input: CategoryCreateInput!) { result: categoryCreate(input: $input) {
    __typename ... on CategoryCreated { category { id } } ... on CategoryCodeTaken { code category { name } } } }`,
  productCreate: `mutation ($input: ProductCreateInput!) { result: productCreate(input: $input) { __typename ... on ProductCreated { ${product} } } }`,
  productUpdate: `mutation ($input: ProductUpdateInput!) { result: productUpdate(input: $input) {
    __typename ... on ProductUpdated { ${product} } ${refusal} } }`,
  productStatusChange: `mutation ($input: ProductStatusChangeInput!) { result: productStatusChange(input: $input) {
    __typename ... on ProductStatusChanged { ${product} } ${refusal} } }`,
  offerCreate: `mutation ($input: OfferCreateInput!) { result: offerCreate(input: $input) {
    __typename ... on OfferCreated { ${offer} } ... on TooManyOffers { offersMax } ${refusal} } }`,
  offerPriceChange: `mutation ($input: OfferPriceChangeInput!) { result: offerPriceChange(input: $input) {
    __typename ... on OfferPriceChanged { ${offer} } ... on OfferCurrencyFixed { currency } ${refusal} } }`,
  stockAdjust: `mutation ($input: StockAdjustInput!) { result: stockAdjust(input: $input) {
    __typename ... on StockAdjusted { sku { id stock { onHand held available } } } ... on StockBelowHeld { skuId available } ${refusal} } }`,
}
