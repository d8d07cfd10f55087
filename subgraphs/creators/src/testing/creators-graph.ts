/** The creators graph as tests ask it: people, mutations, queries and events, typed as far as the tests look. */
import { ClientError, type ProductSnapshot, type Viewer } from '@souk/contracts'
import type { TestCreators } from './open-creators.ts'

export type AmountNode = { readonly amount: number; readonly currency: string }
export type PlanNode = {
  readonly id: string
  readonly rateBps: number
  readonly state: string
  readonly nextRate: { readonly version: number } | null
}
export type PoolNode = {
  readonly product: { readonly id: string }
  readonly rateBps: number
  readonly price: AmountNode
  readonly estimatedCommission: AmountNode
}
export type Pool = {
  readonly nodes: readonly PoolNode[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
export type CommissionNode = {
  readonly id: string
  readonly creator: { readonly id: string }
  readonly explanation: { readonly text: string }
  readonly entries: {
    readonly nodes: readonly { readonly base: AmountNode; readonly estimated: AmountNode }[]
  }
}
type Result<Payload> = { readonly __typename: string; readonly code?: string } & Payload

export const user = (userId: string, rest: object = {}): Viewer => ({
  kind: 'user',
  userId,
  scopes: ['shop:read', 'shop:write', 'creator:read', 'creator:write'],
  shopIds: [],
  ...rest,
})
export const staff = user('staff', { shopIds: ['shop'] })
export const stranger = user('stranger', { shopIds: ['other-shop'] })
export const operator = user('operator', { scopes: ['platform:operate'] })
export const nobody: Viewer = { kind: 'anonymous', scopes: [] }

export type CreatorsGraph = ReturnType<typeof creatorsGraph>
type Get = ReturnType<typeof openGet>

export function creatorsGraph(souk: TestCreators) {
  const counter = { next: 0 }
  const get = openGet(souk)
  return { get, product: productsOf(souk, counter), ...queries(get), ...commands(get, counter) }
}

/** The data of an answer; the first error is thrown with its code. */
const openGet =
  (souk: TestCreators) =>
  async <Data>(viewer: Viewer, query: string, variables: object = {}): Promise<Data> => {
    const { data, errors } = await souk.ask<Data>(viewer, query, variables)
    if (errors) throw new ClientError(String(errors[0]?.extensions?.code), JSON.stringify(errors))
    return data
  }

/** Makes a product of the shop as products knows it. */
const productsOf =
  (souk: TestCreators, counter: { next: number }) =>
  (facts: Partial<ProductSnapshot> = {}): ProductSnapshot => {
    const made: ProductSnapshot = {
      productId: `product-${String(++counter.next).padStart(4, '0')}`,
      shopId: 'shop',
      title: 'Lantern',
      categoryId: null,
      status: 'LISTED',
      price: { amount: 10_000, currency: 'CNY' },
      ...facts,
    }
    souk.products.set(made.productId, made)
    return made
  }

const queries = (get: Get) => ({
  loadPlan: async (id: string): Promise<PlanNode> =>
    (await get<{ affiliatePlan: PlanNode }>(nobody, planDocument, { id })).affiliatePlan,
  pool: async (filter: object = {}, rest: object = {}): Promise<Pool> =>
    (await get<{ selectionPool: Pool }>(nobody, poolDocument, { filter, ...rest })).selectionPool,
  commissionsOf: async (orderId: string, viewer = operator): Promise<readonly CommissionNode[]> => {
    type Data = { _entities: readonly { commissions: { nodes: readonly CommissionNode[] } }[] }
    const { _entities } = await get<Data>(viewer, orderDocument, {
      r: [{ __typename: 'Order', id: orderId }],
    })
    return _entities[0]?.commissions.nodes ?? []
  },
})

function commands(get: Get, counter: { next: number }) {
  async function mutate<Payload>(
    viewer: Viewer,
    { field, selection }: Mutation,
    input: object,
  ): Promise<Result<Payload>> {
    const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`
    const document = `mutation M($input: ${type}!) { result: ${field}(input: $input) { __typename ${selection} } }`
    return (await get<{ result: Result<Payload> }>(viewer, document, { input })).result
  }
  const registerAs = (viewer: Viewer, displayName: string) =>
    mutate<{ creator: { id: string } }>(viewer, register, { displayName })
  const grantShowcase = (viewer: Viewer, creatorId: string) =>
    mutate(viewer, grant, { creatorId, showcase: true })
  return {
    registerAs,
    grantShowcase,
    createPlan: (productId: string, rateBps = 2_000, { viewer = staff, ...rest }: PlanOptions = {}) => {
      const input = { productId, rateBps, idempotencyKey: `key-${++counter.next}`, ...rest }
      return mutate<{ affiliatePlan: PlanNode }>(viewer, planCreate, input)
    },
    changeRate: (affiliatePlanId: string, rateBps: number, viewer = staff) =>
      mutate<{ affiliatePlan: PlanNode; rate: { version: number } }>(viewer, planRateChange, {
        affiliatePlanId,
        rateBps,
      }),
    endPlan: (affiliatePlanId: string, viewer = staff) =>
      mutate<{ affiliatePlan: PlanNode }>(viewer, planEnd, { affiliatePlanId }),
    /** A creator, allowed to have a showcase unless told otherwise, and the viewer that is this creator. */
    creator: async ({ showcase = true } = {}): Promise<{ id: string; viewer: Viewer }> => {
      const userId = `person-${++counter.next}`
      const { creator } = await registerAs(user(userId), `Mei ${counter.next}`)
      if (showcase) await grantShowcase(operator, creator.id)
      return { id: creator.id, viewer: user(userId, { creatorId: creator.id }) }
    },
    addToShowcase: (viewer: Viewer, productId: string) =>
      mutate<{ item: { id: string; lockedRateBps: number } }>(viewer, itemAdd, { productId }),
    removeFromShowcase: (viewer: Viewer, showcaseItemId: string) =>
      mutate(viewer, itemRemove, { showcaseItemId }),
  }
}

type Mutation = { readonly field: string; readonly selection: string }
type PlanOptions = { readonly viewer?: Viewer; readonly startsAt?: string; readonly idempotencyKey?: string }

const planFields =
  '{ id rateBps rateVersion state startsAt endsAt nextRate { version rateBps effectiveFrom } product { id } shop { id } }'
const refusal = '... on Refusal { code message }'

const planCreate = {
  field: 'affiliatePlanCreate',
  selection: `... on AffiliatePlanCreated { affiliatePlan ${planFields} } ... on AffiliatePlanExists { affiliatePlan { id } } ${refusal}`,
}
const planRateChange = {
  field: 'affiliatePlanRateChange',
  selection: `... on AffiliatePlanRateChanged { affiliatePlan ${planFields} rate { version effectiveFrom } } ${refusal}`,
}
const planEnd = {
  field: 'affiliatePlanEnd',
  selection: `... on AffiliatePlanEndDecided { affiliatePlan ${planFields} }`,
}
const register = {
  field: 'creatorRegister',
  selection: `... on CreatorRegistered { creator { id } } ... on CreatorAlreadyRegistered { creator { id } } ${refusal}`,
}
const grant = {
  field: 'creatorPermissionGrant',
  selection: '... on CreatorPermissionGranted { creator { id commercePermission { showcase liveSelling } } }',
}
const itemAdd = {
  field: 'showcaseItemAdd',
  selection: `... on ShowcaseItemAdded { item { id lockedRateBps lockedRateVersion } } ${refusal}`,
}
const itemRemove = { field: 'showcaseItemRemove', selection: '... on ShowcaseItemRemoved { showcaseItemId }' }

const planDocument = `query P($id: ID!) { affiliatePlan(id: $id) ${planFields} }`

const poolDocument = `
query S($filter: SelectionPoolFilter, $sort: SelectionPoolSort, $first: Int, $after: String) {
  selectionPool(filter: $filter, sort: $sort, first: $first, after: $after) {
    nodes { product { id } rateBps price { amount currency } estimatedCommission { amount currency } plan { id rateBps } }
    pageInfo { hasNextPage endCursor }
  }
}`

const orderDocument = `
query O($r: [_Any!]!) {
  _entities(representations: $r) {
    ... on Order {
      commissions {
        nodes {
          id orderLineId rateBps state base { amount currency } estimated { amount currency } creator { id } plan { id }
          explanation { text rateSource planRateVersion attributionType }
          entries { nodes { kind base { amount currency } estimated { amount currency } } }
        }
      }
    }
  }
}`
