/** What the tests of service-providers share: people, and the mutations and queries they run. */
import { assignedShops, type Viewer } from '@souk/contracts'
import { openTestSubgraph, type TestSubgraph } from '@souk/kit/testing'
import { afterAll, beforeAll, expect, inject } from 'vitest'
import { defineServiceProviders } from '../define-service-providers.ts'
import type { ServiceProvidersPolicies } from '../modules.ts'
import { mayBeHandedOver } from '../tiers/may-be-handed-over.ts'

export type User = Extract<Viewer, { kind: 'user' }>
export const user = (userId: string, more: Partial<User> = {}): User => ({
  kind: 'user',
  userId,
  scopes: [],
  shopIds: [],
  ...more,
})
export const anonymous: Viewer = { kind: 'anonymous', scopes: [] }
export const service: Viewer = { kind: 'service', service: 'orders', scopes: [] }
export const operator = user('operator', { scopes: ['platform:operate'] })
export const stranger = user('stranger', { shopIds: ['shop-other'], scopes: ['shop:write', 'shop:read'] })
export const staffOf = (...shopIds: string[]) =>
  user('merchant', { shopIds, scopes: ['shop:read', 'shop:write'] })
export const agentOf = (serviceProviderId: string) =>
  user('agent', { serviceProviderId, scopes: ['provider:read', 'provider:write'] })

export let providers: TestSubgraph
export let shops = 0
export const newShop = () => `shop-${++shops}`

/** Opens service-providers for the tests of the file that calls it. */
export function useProviders(policies: Partial<ServiceProvidersPolicies> = {}): void {
  beforeAll(async () => {
    const databaseAdminUrl = inject('databaseAdminUrl')
    providers = await openTestSubgraph(defineServiceProviders({ mayBeHandedOver, ...policies }), {
      databaseAdminUrl,
    })
  })
  afterAll(() => providers.close())
}

export type Fields = Readonly<Record<string, unknown>>
export type Assignment = {
  id: string
  state: string
  from: string | null
  to: string | null
  consentedAt: string | null
  scopes: string[]
  proposedBy: string
  provider: { id: string }
}
export type Answer = {
  __typename: string
  code?: string
  from?: string
  to?: string
  serviceProvider?: { id: string; name: string }
  serviceAssignment?: Assignment
  ended?: Assignment
  started?: Assignment
}

export const fields = '{ id state from to consentedAt scopes proposedBy provider { id } }'
export const members: Record<string, string> = {
  serviceProviderRegister:
    '... on ServiceProviderRegistered { serviceProvider { id name } } ... on ServiceProviderNameTaken { serviceProvider { id name } }',
  serviceAssignmentPropose: `... on ServiceAssignmentProposed { serviceAssignment ${fields} } ... on ServiceAssignmentAlreadyOpen { serviceAssignment ${fields} }`,
  serviceAssignmentAccept: `... on ServiceAssignmentAccepted { serviceAssignment ${fields} } ... on ShopAlreadyAssigned { serviceAssignment ${fields} } ... on ServiceAssignmentTransitionNotAllowed { from to }`,
  serviceAssignmentDecline: `... on ServiceAssignmentDeclined { serviceAssignment ${fields} } ... on ServiceAssignmentTransitionNotAllowed { from to }`,
  serviceAssignmentEnd: `... on ServiceAssignmentEnded { serviceAssignment ${fields} } ... on ServiceAssignmentTransitionNotAllowed { from to }`,
  serviceAssignmentTransfer: `... on ServiceAssignmentTransferred { ended ${fields} started ${fields} } ... on ServiceAssignmentTransitionNotAllowed { from to }`,
}

/** Runs one mutation and returns the member of its union, or throws its first error's code. */
export async function run(viewer: Viewer, name: string, input: Fields): Promise<Answer> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
  const document = `mutation M($input: ${type}!) { ${name}(input: $input) { __typename ... on Refusal { code } ${members[name]} } }`
  const { data, errors, codes } = await providers.ask(viewer, document, { input })
  if (errors.length > 0) throw new Error(`${String(codes[0])}: ${errors[0]?.message}`)
  return (data as Record<string, Answer>)[name] as Answer
}

export let names = 0
export async function register(kind = 'DP_AGENCY'): Promise<string> {
  const { serviceProvider } = await run(operator, 'serviceProviderRegister', {
    name: `Provider ${++names}`,
    kind,
  })
  return serviceProvider?.id ?? ''
}

export const propose = async (providerId: string, shopId: string, scopes = ['shop:read', 'order:read']) =>
  (await run(agentOf(providerId), 'serviceAssignmentPropose', { shopId, scopes })).serviceAssignment?.id ?? ''
export const accept = (viewer: Viewer, serviceAssignmentId: string) =>
  run(viewer, 'serviceAssignmentAccept', { serviceAssignmentId })
export const decline = (viewer: Viewer, serviceAssignmentId: string) =>
  run(viewer, 'serviceAssignmentDecline', { serviceAssignmentId })
export const end = (viewer: Viewer, serviceAssignmentId: string) =>
  run(viewer, 'serviceAssignmentEnd', { serviceAssignmentId })
export const transfer = (viewer: Viewer, fromServiceAssignmentId: string, toServiceAssignmentId: string) =>
  run(viewer, 'serviceAssignmentTransfer', { fromServiceAssignmentId, toServiceAssignmentId })

export async function shopsOf(serviceProviderId: string): Promise<string[]> {
  const { data } = await providers.ask(service, assignedShops.document, { serviceProviderId })
  return (data as { _internalAssignedShops: string[] })._internalAssignedShops
}

export async function assignmentsOf(viewer: Viewer, shopId: string, args = ''): Promise<Assignment[]> {
  const query = `query Q($r: [_Any!]!) { _entities(representations: $r) { ... on Shop { serviceAssignments${args} { nodes ${fields} } } } }`
  const { data, errors } = await providers.ask(viewer, query, { r: [{ __typename: 'Shop', id: shopId }] })
  expect(errors).toEqual([])
  return (
    (data as { _entities: { serviceAssignments: { nodes: Assignment[] } }[] })._entities[0]
      ?.serviceAssignments.nodes ?? []
  )
}

export async function activePair(): Promise<{ shopId: string; providerId: string; assignmentId: string }> {
  const [shopId, providerId] = [newShop(), await register()]
  const assignmentId = await propose(providerId, shopId)
  expect((await accept(staffOf(shopId), assignmentId)).__typename).toBe('ServiceAssignmentAccepted')
  return { shopId, providerId, assignmentId }
}
