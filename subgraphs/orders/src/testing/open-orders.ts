/** The orders subgraph for its own tests: a database of its own, and the other subgraphs played from memory. */
import type { ContentSnapshot, InternalOperation, OfferSnapshot, StockDemand, Viewer } from '@souk/contracts'
import { randomIds } from '@souk/contracts'
import { createPrismaAdapter } from '@souk/kit'
import { openTestSubgraph, type TestSubgraph } from '@souk/kit/testing'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../db.ts'
import { createOrdersSubgraph, type OrdersOptions, signSandboxTracking } from '../index.ts'
import type { TrackingCode } from '../shipment/shipment-state.ts'
import { documents } from './documents.ts'

export const buyer = (userId = 'ann'): Viewer => ({
  kind: 'user',
  userId,
  scopes: ['cart:write', 'order:read', 'order:write'],
  shopIds: [],
})
export const staff = (...shopIds: string[]): Viewer => ({
  kind: 'user',
  userId: 'staff',
  scopes: ['shop:read', 'shop:write'],
  shopIds,
})
export const operator: Viewer = {
  kind: 'user',
  userId: 'operator',
  scopes: ['platform:operate'],
  shopIds: [],
}
export const provider = (serviceProviderId: string): Viewer => ({
  kind: 'user',
  userId: 'agent',
  scopes: ['provider:read'],
  shopIds: [],
  serviceProviderId,
})
export const nobody: Viewer = { kind: 'anonymous', scopes: [] }
export const service: Viewer = { kind: 'service', service: 'products', scopes: [] }

const ids = randomIds()

export const key = (): string => ids.next()

export const address = {
  recipient: 'Ann',
  phone: '1',
  country: 'CN',
  region: 'Zhejiang',
  city: 'Hangzhou',
  street: 'West Lake 1',
}

/** Products and content as far as orders sees them. What a test changes here is true at once. */
export type PlayedWorld = {
  readonly offers: Map<string, OfferSnapshot>
  readonly content: Map<string, ContentSnapshot>
  /** Products that are shown, by creator. */
  readonly showcases: Map<string, readonly string[]>
  readonly stock: Map<string, number>
  readonly holds: Map<
    string,
    { readonly demands: readonly StockDemand[]; state: 'HELD' | 'SOLD' | 'RELEASED' | 'EXPIRED' }
  >
  readonly returns: Map<string, readonly StockDemand[]>
  readonly assigned: Map<string, readonly string[]>
  /** Calls to other subgraphs so far, by root field. */
  readonly calls: string[]
}

export const offer = (offerId: string, change: Partial<OfferSnapshot> = {}): OfferSnapshot => ({
  offerId,
  productId: `product-of-${offerId}`,
  skuId: `sku-of-${offerId}`,
  shopId: 'shop-1',
  title: `Lantern ${offerId}`,
  skuName: 'one size',
  source: 'PLATFORM_SHOP',
  checkoutMode: 'IN_APP',
  price: { amount: 10_000, currency: 'CNY' },
  sellable: true,
  externalUrl: null,
  ...change,
})

export type OrdersUnderTest = TestSubgraph & {
  readonly world: PlayedWorld
  /** A client beside the subgraph's own, for looking into its tables. */
  readonly database: Database
  get<Data>(viewer: Viewer, query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>
  /** The member of the result union that a mutation answered. */
  mutate<Result = Answer>(viewer: Viewer, mutation: keyof typeof documents, input: object): Promise<Result>
  call<Variables extends Record<string, unknown>, Result>(
    operation: InternalOperation<Variables, Result>,
    variables: Variables,
  ): Promise<Result>
  /** Puts offers into the cart and quotes them. */
  quote(viewer: Viewer, offerIds: readonly string[], quantity?: number): Promise<string>
  /** Buys and pays. */
  buy(
    viewer: Viewer,
    offerIds: readonly string[],
    change?: { quantity?: number; paymentToken?: string },
  ): Promise<ShownOrder>
  ship(orderId: string): Promise<{ shipment: { id: string; waybill: string } }>
  track(waybill: string, ...codes: readonly TrackingCode[]): Promise<Answer>
}

export type ShownOrder = {
  readonly id: string
  readonly state: string
  readonly number: string
  readonly lines: readonly {
    readonly id: string
    readonly quantity: number
    readonly refundableQuantity: number
  }[]
  readonly total: { readonly amount: number; readonly currency: string }
  readonly refundedTotal: { readonly amount: number }
  readonly payment: { readonly state: string; readonly refundedAmount: { readonly amount: number } } | null
}

export type Answer = {
  readonly __typename: string
  readonly code?: string
  readonly order: ShownOrder
  readonly case: { readonly id: string; readonly state: string; readonly amount: { readonly amount: number } }
  readonly checkout: {
    readonly id: string
    readonly state: string
    readonly total: { readonly amount: number }
  }
  readonly cartItem: {
    readonly id: string
    readonly quantity: number
    readonly origin: Readonly<Record<string, unknown>>
  }
} & Readonly<Record<string, unknown>>

export async function openOrders(options: OrdersOptions = {}): Promise<OrdersUnderTest> {
  const world = emptyWorld()
  const answers = Object.fromEntries(
    Object.entries(played(world)).map(([field, answer]) => [
      field,
      (variables: never) => {
        world.calls.push(field)
        return answer(variables)
      },
    ]),
  )
  const subgraph = await openTestSubgraph(createOrdersSubgraph(options), {
    databaseAdminUrl: inject('databaseAdminUrl'),
    answers,
  })
  const database = openDatabase(
    createPrismaAdapter({ databaseUrl: subgraph.databaseUrl, schema: 'orders', poolSizeMax: 1 }),
  )
  const get = async <Data>(
    viewer: Viewer,
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<Data> => {
    const { data, errors } = await subgraph.ask(viewer, query, variables)
    if (errors.length > 0) throw new Error(`The subgraph answered with errors: ${JSON.stringify(errors)}`)
    return data
  }
  const mutate = async <Result = Answer>(
    viewer: Viewer,
    mutation: keyof typeof documents,
    input: object,
  ): Promise<Result> => (await get<{ result: Result }>(viewer, documents[mutation], { input })).result
  const close = async (): Promise<void> => {
    await database.$disconnect()
    await subgraph.close()
  }
  const call: OrdersUnderTest['call'] = async (operation, variables) =>
    (await get<Record<string, never>>(service, operation.document, variables))[operation.field] as never
  return { ...subgraph, close, world, database, get, mutate, call, ...shopping(mutate, subgraph.clock) }
}

type Mutate = OrdersUnderTest['mutate']

function shopping(
  mutate: Mutate,
  clock: { now(): Date },
): Pick<OrdersUnderTest, 'quote' | 'buy' | 'ship' | 'track'> {
  const quote: OrdersUnderTest['quote'] = async (viewer, offerIds, quantity = 1) => {
    const cartItemIds: string[] = []
    for (const offerId of offerIds) {
      const { cartItem } = await mutate(viewer, 'cartItemAdd', {
        offerId,
        quantity,
        origin: { entry: 'SEARCH' },
      })
      cartItemIds.push(cartItem.id)
    }
    const { checkout } = await mutate(viewer, 'checkoutCreate', { cartItemIds, idempotencyKey: key() })
    return checkout.id
  }
  return {
    quote,
    buy: async (viewer, offerIds, { quantity = 1, paymentToken = 'sandbox-approve' } = {}) => {
      const checkoutId = await quote(viewer, offerIds, quantity)
      return (await mutate(viewer, 'checkoutComplete', purchase(checkoutId, { paymentToken }))).order
    },
    ship: (orderId) =>
      mutate(operator, 'shipmentCreate', {
        orderId,
        carrier: 'SANDBOX_EXPRESS',
        idempotencyKey: `ship-${orderId}`,
      }),
    track: (waybill, ...codes) => {
      const events = codes.map((code) => ({
        id: `${waybill}-${code}`,
        code,
        occurredAt: clock.now().toISOString(),
      }))
      return mutate(nobody, 'carrierNotify', signSandboxTracking({ waybill, events }))
    },
  }
}

export const purchase = (checkoutId: string, change: object = {}) => ({
  checkoutId,
  paymentMethod: 'WECHAT_PAY',
  paymentToken: 'sandbox-approve',
  shippingAddress: address,
  idempotencyKey: key(),
  ...change,
})

const emptyWorld = (): PlayedWorld => ({
  offers: new Map(['o1', 'o2', 'o3'].map((id) => [id, offer(id)])),
  content: new Map(),
  showcases: new Map(),
  stock: new Map(['o1', 'o2', 'o3'].map((id) => [`sku-of-${id}`, 100])),
  holds: new Map(),
  returns: new Map(),
  assigned: new Map(),
  calls: [],
})

type Played = Record<string, (variables: never) => unknown>

/** The rules that products promises in its internal operations, in memory. */
function played(world: PlayedWorld): Played {
  return {
    _internalOffers: ({ offerIds }: { offerIds: readonly string[] }) =>
      offerIds.map((id) => world.offers.get(id) ?? null),
    _internalContent: ({ contentIds }: { contentIds: readonly string[] }) =>
      contentIds.map((id) => world.content.get(id) ?? null),
    _internalShowcaseShows: ({ creatorId, productId }: { creatorId: string; productId: string }) =>
      world.showcases.get(creatorId)?.includes(productId) ?? null,
    _internalAssignedShops: ({ serviceProviderId }: { serviceProviderId: string }) =>
      world.assigned.get(serviceProviderId) ?? [],
    ...playedStock(world),
  }
}

const playedStock = ({ stock, holds, returns }: PlayedWorld): Played => ({
  _internalStockHold: ({ holdId, demands }: { holdId: string; demands: readonly StockDemand[] }) => {
    if (holds.has(holdId)) return { held: true, shortages: [] }
    const shortages = demands.flatMap(({ skuId, quantity }) => {
      const available = stock.get(skuId) ?? 0
      return available < quantity ? [{ skuId, wanted: quantity, available }] : []
    })
    if (shortages.length > 0) return { held: false, shortages }
    for (const { skuId, quantity } of demands) stock.set(skuId, (stock.get(skuId) ?? 0) - quantity)
    holds.set(holdId, { demands, state: 'HELD' })
    return { held: true, shortages: [] }
  },
  _internalStockHoldCommit: ({ holdId }: { holdId: string }) => {
    const hold = holds.get(holdId)
    if (hold?.state === 'HELD') hold.state = 'SOLD'
    return hold?.state === 'SOLD'
  },
  _internalStockHoldRelease: ({ holdId }: { holdId: string }) => {
    const hold = holds.get(holdId)
    if (hold?.state !== 'HELD') return true
    hold.state = 'RELEASED'
    for (const { skuId, quantity } of hold.demands) stock.set(skuId, (stock.get(skuId) ?? 0) + quantity)
    return true
  },
  _internalStockReturn: ({ returnId, demands }: { returnId: string; demands: readonly StockDemand[] }) => {
    if (returns.has(returnId)) return true
    returns.set(returnId, demands)
    for (const { skuId, quantity } of demands) stock.set(skuId, (stock.get(skuId) ?? 0) + quantity)
    return true
  },
})
