/** What the tests of content share: people, a playing products and creators, and the mutations they run. */
import type { Viewer } from '@souk/contracts'
import { openTestSubgraph, type TestSubgraph } from '@souk/kit/testing'
import { afterAll, beforeAll, expect, inject } from 'vitest'
import { defineContent } from '../define-content.ts'
import type { ContentPolicies } from '../modules.ts'
import { mayShowOffer } from '../offers/may-show-offer.ts'

export const user = (userId: string, more: Partial<Extract<Viewer, { kind: 'user' }>> = {}): Viewer => ({
  kind: 'user',
  userId,
  scopes: [],
  shopIds: [],
  ...more,
})
export const anonymous: Viewer = { kind: 'anonymous', scopes: [] }
export const service: Viewer = { kind: 'service', service: 'orders', scopes: [] }
export const shopper = user('shopper')
export const luo = user('luo', { creatorId: 'creator-luo', scopes: ['creator:write'] })
export const novice = user('novice', { creatorId: 'creator-novice', scopes: ['creator:write'] })
export const staff = user('staff', { shopIds: ['shop-1'], scopes: ['shop:write'] })
export const operator = user('operator', { scopes: ['platform:operate'] })

export const permissions: Record<string, { showcase: boolean; liveSelling: boolean }> = {
  'creator-luo': { showcase: true, liveSelling: true },
  'creator-novice': { showcase: false, liveSelling: false },
}
// An offer's id says what it is: taobao-1, unlisted-1, none-1, and everything else is a shop's.
export const offerOf = (offerId: string) => {
  if (offerId.startsWith('none')) return null
  const external = offerId.startsWith('taobao')
  return {
    offerId,
    source: external ? 'TAOBAO' : 'PLATFORM_SHOP',
    checkoutMode: external ? 'EXTERNAL_REDIRECT' : 'IN_APP',
    sellable: !offerId.startsWith('unlisted'),
  }
}
export const answers = {
  _internalOffers: ({ offerIds }: { offerIds: string[] }) => offerIds.map(offerOf),
  _internalCreatorPermissions: ({ creatorId }: { creatorId: string }) => permissions[creatorId] ?? null,
}

export let content: TestSubgraph

/** Opens content for the tests of the file that calls it. */
export function useContent(policies: Partial<ContentPolicies> = {}): void {
  beforeAll(async () => {
    const databaseAdminUrl = inject('databaseAdminUrl')
    content = await openTestSubgraph(defineContent({ mayShowOffer, ...policies }), {
      databaseAdminUrl,
      answers,
    })
  })
  afterAll(() => content.close())
}

export type Fields = Readonly<Record<string, unknown>>

export type Mutation = { readonly name: string; readonly input: Fields; readonly selection: string }

/** Runs one mutation and returns the member of its union, or throws its first error's code. */
export async function run<Result = Fields & { __typename: string; code?: string }>(
  viewer: Viewer,
  { name, input, selection }: Mutation,
): Promise<Result> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
  // A union without a refusal can't be asked for one.
  const refusal = /Create|Like|Unlike/.test(name)
    ? '__typename'
    : '__typename ... on Refusal { code message }'
  const { data, errors, codes } = await content.ask(
    viewer,
    `mutation M($input: ${type}!) { ${name}(input: $input) { ${refusal} ${selection} } }`,
    { input },
  )
  if (errors.length > 0) throw new Error(`${String(codes[0])}: ${errors[0]?.message}`)
  return (data as Record<string, Result>)[name] as Result
}

export async function createRoom(viewer: Viewer = luo, more: Fields = {}): Promise<string> {
  const input = { title: 'April 1st, 8 pm', kind: 'CREATOR', startsAt: '2020-04-01T20:00:00+08:00', ...more }
  const { liveRoom } = await run<{ liveRoom: { id: string } }>(viewer, {
    name: 'liveRoomCreate',
    input,
    selection: '... on LiveRoomCreated { liveRoom { id } }',
  })
  return liveRoom.id
}

export const add = (
  liveRoomId: string,
  offerId: string,
  { viewer = luo, position }: { viewer?: Viewer; position?: number } = {},
) =>
  run<{
    __typename: string
    code?: string
    reason?: string
    permission?: string
    item?: { id: string; position: number; source: string }
  }>(viewer, {
    name: 'liveRoomItemAdd',
    input: { liveRoomId, offerId, position },
    selection: `... on LiveRoomItemAdded { item { id position source } } ... on LiveRoomItemAlreadyThere { item { id position source } }
     ... on ContentOfferNotShowable { reason } ... on ContentPermissionRequired { permission }`,
  })

export type Item = {
  id: string
  position: number
  source: string
  offer: { id: string } | null
  available: boolean
}

export async function itemsOf(liveRoomId: string): Promise<readonly Item[]> {
  const { data } = await content.ask(
    anonymous,
    'query Q($id: ID!) { liveRoom(id: $id) { items(first: 100) { nodes { id position source available offer { id } } } } }',
    { id: liveRoomId },
  )
  return (data as { liveRoom: { items: { nodes: Item[] } } }).liveRoom.items.nodes
}

export const offersIn = async (liveRoomId: string) =>
  (await itemsOf(liveRoomId)).map((item) => item.offer?.id)

export const summary = async (liveRoomId: string) => {
  const representations = [{ __typename: 'LiveRoomCommerceSummary', liveRoomId }]
  const query = `query Q($id: ID!, $r: [_Any!]!) {
    liveRoom(id: $id) { commerceSummary { liveRoomId itemCount itemsBySource { source count } } }
    _entities(representations: $r) { ... on LiveRoomCommerceSummary { liveRoomId itemCount itemsBySource { source count } } }
  }`
  const { data, errors } = await content.ask(anonymous, query, { id: liveRoomId, r: representations })
  expect(errors).toEqual([])
  const { liveRoom, _entities } = data as {
    liveRoom: { commerceSummary: Fields } | null
    _entities: Fields[]
  }
  expect(_entities).toEqual([liveRoom?.commerceSummary ?? null])
  return _entities[0]
}
