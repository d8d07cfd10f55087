/** Builds what a flow starts from, through the public mutations and nothing else. */
import { randomUUID } from 'node:crypto'
import type { Client } from './client.ts'
import { creator, merchant, operator, type Person, shopper } from './people.ts'
import type { Platform } from './platform.ts'

export const key = (): string => randomUUID()

export type Goods = { readonly productId: string; readonly skuId: string; readonly offerId: string }

export type TestShop = { readonly shopId: string; readonly staff: Person; readonly goods: readonly Goods[] }

export type GoodsInput = {
  readonly title?: string
  readonly amount?: number
  readonly currency?: string
  readonly stock?: number
  readonly tags?: readonly string[]
}

/** The payload of a mutation that must not be refused. */
export async function perform<Payload>(client: Client, mutation: string, input: object): Promise<Payload> {
  const data = await client.get<{
    result: { __typename: string; code?: string; message?: string } & Payload
  }>(mutation, { input })
  if (data.result.code !== undefined) throw new Error(`Refused: ${data.result.code}: ${data.result.message}`)
  return data.result
}

/** The refusal of a mutation that must be refused. */
export async function refusalOf(
  client: Client,
  mutation: string,
  input: object,
): Promise<{ code: string; message: string }> {
  const data = await client.get<{ result: { code?: string; message?: string } }>(mutation, { input })
  if (data.result.code === undefined) throw new Error(`Not refused: ${JSON.stringify(data.result)}`)
  return data.result as { code: string; message: string }
}

/** A shop with one product of one SKU for each entry. */
export async function openShop(
  souk: Platform,
  goods: readonly GoodsInput[],
  name = 'Lantern House',
): Promise<TestShop> {
  const asOperator = await souk.as(operator)
  const { shop } = await perform<{ shop: { id: string } }>(asOperator, shopCreate, {
    name,
    merchantName: `${name} Ltd`,
    type: 'ORDINARY',
  })
  const staff = merchant(shop.id)
  const asStaff = await souk.as(staff)
  const made: Goods[] = []
  for (const [index, each] of goods.entries())
    made.push(await createGoods(asStaff, shop.id, { title: `Lantern ${index + 1}`, ...each }))
  return { shopId: shop.id, staff, goods: made }
}

async function createGoods(
  asStaff: Client,
  shopId: string,
  { title = 'Lantern', amount = 10_000, currency = 'CNY', stock = 100, tags = [] }: GoodsInput,
): Promise<Goods> {
  const { product } = await perform<{
    product: { id: string; skus: { id: string; offers: { id: string }[] }[] }
  }>(asStaff, productCreate, {
    shopId,
    title,
    tags,
    skus: [
      {
        code: `SKU-${key().slice(0, 8)}`,
        name: 'one size',
        price: { amount, currency },
        openingStock: stock,
      },
    ],
    idempotencyKey: key(),
  })
  const [sku] = product.skus
  const [offer] = sku?.offers ?? []
  if (sku === undefined || offer === undefined) throw new Error('The new product has no SKU with an offer.')
  return { productId: product.id, skuId: sku.id, offerId: offer.id }
}

/** An offer of the same SKU on another platform, reached by a link. */
export async function addExternalOffer(
  souk: Platform,
  shop: TestShop,
  { skuId, source = 'TAOBAO', amount = 9_900 }: { skuId: string; source?: string; amount?: number },
): Promise<string> {
  const { offer } = await perform<{ offer: { id: string } }>(await souk.as(shop.staff), offerCreate, {
    skuId,
    source,
    price: { amount, currency: 'CNY' },
    externalUrl: `https://item.example.com/${skuId}`,
  })
  return offer.id
}

/** A creator who may sell, as operators let them. */
export async function registerCreator(
  souk: Platform,
  displayName = 'Mei',
  permission = { showcase: true, liveSelling: true },
): Promise<Person> {
  const subject = `user-creator-${key().slice(0, 8)}`
  const applicant: Person = { label: displayName, subject, scopes: ['creator:read', 'creator:write'] }
  const registered = await perform<{ creator: { id: string } }>(await souk.as(applicant), creatorRegister, {
    displayName,
  })
  await perform(await souk.as(operator), creatorPermissionGrant, {
    creatorId: registered.creator.id,
    ...permission,
  })
  return creator(registered.creator.id, subject)
}

/** A live room on air with these offers. */
export async function openLiveRoom(
  souk: Platform,
  host: Person,
  offerIds: readonly string[],
): Promise<string> {
  const asHost = await souk.as(host)
  const { liveRoom } = await perform<{ liveRoom: { id: string } }>(asHost, liveRoomCreate, {
    title: 'Lanterns tonight',
    kind: 'CREATOR',
    startsAt: souk.clock.now().toISOString(),
    creatorId: host.creatorId,
  })
  await perform(asHost, liveRoomStart, { liveRoomId: liveRoom.id })
  for (const offerId of offerIds) await perform(asHost, liveRoomItemAdd, { liveRoomId: liveRoom.id, offerId })
  return liveRoom.id
}

export type Origin = { readonly entry: string; readonly contentId?: string; readonly creatorId?: string }

/** From nothing to a quote: one line in the cart, checked out. */
export async function quote(
  buyer: Client,
  {
    offerId,
    quantity = 1,
    origin = { entry: 'MALL' },
  }: { offerId: string; quantity?: number; origin?: Origin },
): Promise<string> {
  const { cartItem } = await perform<{ cartItem: { id: string } }>(buyer, cartItemAdd, {
    offerId,
    quantity,
    origin,
  })
  const { checkout } = await perform<{ checkout: { id: string } }>(buyer, checkoutCreate, {
    cartItemIds: [cartItem.id],
    idempotencyKey: key(),
  })
  return checkout.id
}

export const address = {
  recipient: 'Ann',
  phone: '+86 10 5555 0100',
  country: 'CN',
  region: 'Beijing',
  city: 'Beijing',
  street: '1 Lantern Lane',
}

export const payment = (checkoutId: string, paymentToken = 'sandbox-approve') => ({
  checkoutId,
  paymentMethod: 'WECHAT_PAY',
  paymentToken,
  shippingAddress: address,
  idempotencyKey: key(),
})

/** A paid order of one line. */
export async function placeOrder(
  souk: Platform,
  line: { offerId: string; quantity?: number; origin?: Origin; buyer?: Person },
): Promise<string> {
  const buyer = await souk.as(line.buyer ?? shopper())
  const { order } = await perform<{ order: { id: string } }>(
    buyer,
    checkoutComplete,
    payment(await quote(buyer, line)),
  )
  return order.id
}

const refusal = '... on Refusal { code message }'
const shopCreate = `mutation ($input: ShopCreateInput!) { result: shopCreate(input: $input) { __typename ... on ShopCreated { shop { id } } } }`
const productCreate = `mutation ($input: ProductCreateInput!) { result: productCreate(input: $input) { __typename ... on ProductCreated { product { id skus { id offers { id } } } } } }`
const offerCreate = `mutation ($input: OfferCreateInput!) { result: offerCreate(input: $input) { __typename ... on OfferCreated { offer { id } } ${refusal} } }`
const creatorRegister = `mutation ($input: CreatorRegisterInput!) { result: creatorRegister(input: $input) { __typename ... on CreatorRegistered { creator { id } } } }`
const creatorPermissionGrant = `mutation ($input: CreatorPermissionGrantInput!) { result: creatorPermissionGrant(input: $input) { __typename } }`
const liveRoomCreate = `mutation ($input: LiveRoomCreateInput!) { result: liveRoomCreate(input: $input) { __typename ... on LiveRoomCreated { liveRoom { id } } } }`
const liveRoomStart = `mutation ($input: LiveRoomStartInput!) { result: liveRoomStart(input: $input) { __typename ${refusal} } }`
export const liveRoomItemAdd = `mutation ($input: LiveRoomItemAddInput!) { result: liveRoomItemAdd(input: $input) { __typename ${refusal} } }`
export const cartItemAdd = `mutation ($input: CartItemAddInput!) { result: cartItemAdd(input: $input) { __typename ... on CartItemAdded { cartItem { id } } ${refusal} } }`
export const checkoutCreate = `mutation ($input: CheckoutCreateInput!) { result: checkoutCreate(input: $input) { __typename ... on CheckoutCreated { checkout { id } } ${refusal} } }`
export const checkoutComplete = `mutation ($input: CheckoutCompleteInput!) { result: checkoutComplete(input: $input) { __typename ... on CheckoutCompleted { order { id state } } ${refusal} } }`
