/** Proposing, consenting, and who sees what, on a real PostgreSQL. */
import type { Viewer } from '@souk/contracts'
import { describe, expect, test } from 'vitest'
import {
  accept,
  activePair,
  agentOf,
  anonymous,
  assignmentsOf,
  decline,
  newShop,
  operator,
  propose,
  providers,
  register,
  run,
  service,
  shopsOf,
  staffOf,
  stranger,
  useProviders,
  user,
} from '../testing/use-providers.ts'

useProviders()

describe('consent', () => {
  test('a proposal grants nothing until the merchant accepts, and everything named from then on', async () => {
    const [shopId, providerId] = [newShop(), await register()]
    const id = await propose(providerId, shopId)
    expect(await shopsOf(providerId)).toEqual([])
    providers.clock.advance(60_000)
    const at = providers.clock.now().toISOString()
    expect(await accept(staffOf(shopId), id)).toMatchObject({
      serviceAssignment: {
        state: 'ACTIVE',
        from: at,
        to: null,
        consentedAt: at,
        scopes: ['shop:read', 'order:read'],
        proposedBy: 'PROVIDER',
      },
    })
    expect(await shopsOf(providerId)).toEqual([shopId])
    expect(await accept(staffOf(shopId), id)).toMatchObject({
      code: 'ASSIGNMENT_TRANSITION_NOT_ALLOWED',
      from: 'ACTIVE',
      to: 'ACTIVE',
    })
  })

  test("is nobody else's to give: not the provider's, not an operator's, not that of staff without the scope", async () => {
    const [shopId, providerId] = [newShop(), await register()]
    const id = await propose(providerId, shopId)
    const readOnly = user('clerk', { shopIds: [shopId], scopes: ['shop:read'] })
    for (const viewer of [agentOf(providerId), operator, readOnly])
      await expect(accept(viewer, id)).rejects.toThrow(/^FORBIDDEN/)
    for (const viewer of [stranger, anonymous, agentOf(await register())])
      await expect(accept(viewer, id)).rejects.toThrow(/^NOT_FOUND/)
    for (const viewer of [agentOf(providerId), operator, readOnly])
      await expect(decline(viewer, id)).rejects.toThrow(/^FORBIDDEN/)
    expect(await shopsOf(providerId)).toEqual([])
  })

  test('a declined proposal stays declined, and another may follow', async () => {
    const [shopId, providerId] = [newShop(), await register()]
    const id = await propose(providerId, shopId)
    expect(await decline(staffOf(shopId), id)).toMatchObject({
      serviceAssignment: { state: 'DECLINED', from: null, to: null },
    })
    expect(await accept(staffOf(shopId), id)).toMatchObject({
      code: 'ASSIGNMENT_TRANSITION_NOT_ALLOWED',
      from: 'DECLINED',
    })
    expect(await propose(providerId, shopId)).not.toBe(id)
  })

  test('accepting and declining at the same time does one of them', async () => {
    for (let round = 0; round < 5; round++) {
      const [shopId, providerId] = [newShop(), await register()]
      const id = await propose(providerId, shopId)
      const answers = await Promise.all([accept(staffOf(shopId), id), decline(staffOf(shopId), id)])
      expect(answers.filter((answer) => answer.code === 'ASSIGNMENT_TRANSITION_NOT_ALLOWED')).toHaveLength(1)
    }
  })
})

describe('proposing', () => {
  test('a provider has one open assignment to a shop, also when it proposes twice at once', async () => {
    const [shopId, providerId] = [newShop(), await register()]
    const input = { shopId, scopes: ['shop:read'] }
    const answers = await Promise.all(
      [1, 2, 3].map(() => run(agentOf(providerId), 'serviceAssignmentPropose', input)),
    )
    expect(answers.filter((answer) => answer.__typename === 'ServiceAssignmentProposed')).toHaveLength(1)
    expect(answers.filter((answer) => answer.code === 'ASSIGNMENT_ALREADY_OPEN')).toHaveLength(2)
  })

  test('scopes are never wider than what a merchant has', async () => {
    const providerId = await register()
    for (const scope of ['platform:operate', 'creator:write', 'provider:write', 'cart:write', 'everything']) {
      const input = { shopId: newShop(), scopes: ['shop:read', scope] }
      await expect(run(agentOf(providerId), 'serviceAssignmentPropose', input)).rejects.toThrow(
        /^BAD_INPUT: "scopes" takes some of/,
      )
    }
  })

  test('nobody proposes for a provider of others; an operator does for any', async () => {
    const [mine, other] = [await register(), await register()]
    const input = { shopId: newShop(), scopes: ['shop:read'], serviceProviderId: other }
    await expect(run(agentOf(mine), 'serviceAssignmentPropose', input)).rejects.toThrow(/^NOT_FOUND/)
    await expect(
      run({ ...agentOf(other), scopes: ['provider:read'] }, 'serviceAssignmentPropose', input),
    ).rejects.toThrow(/^NOT_FOUND/)
    await expect(
      run(operator, 'serviceAssignmentPropose', { ...input, serviceProviderId: null }),
    ).rejects.toThrow(/^BAD_INPUT/)
    expect(await run(operator, 'serviceAssignmentPropose', input)).toMatchObject({
      serviceAssignment: { proposedBy: 'PLATFORM' },
    })
  })
})

describe('who sees what', () => {
  test('an assignment is there for its two sides, operators and services, and for nobody else', async () => {
    const { shopId, providerId, assignmentId } = await activePair()
    const other = await register()
    const query =
      'query Q($id: ID!, $r: [_Any!]!) { serviceAssignment(id: $id) { id } _entities(representations: $r) { ... on ServiceAssignment { id } } }'
    const sees = async (viewer: Viewer) => {
      const variables = { id: assignmentId, r: [{ __typename: 'ServiceAssignment', id: assignmentId }] }
      const { data } = await providers.ask(viewer, query, variables)
      const { serviceAssignment, _entities } = data as { serviceAssignment: unknown; _entities: unknown[] }
      expect(_entities).toEqual([serviceAssignment])
      return serviceAssignment !== null
    }
    for (const viewer of [staffOf(shopId), agentOf(providerId), operator, service])
      expect(await sees(viewer)).toBe(true)
    for (const viewer of [stranger, agentOf(other), user('nobody'), anonymous])
      expect(await sees(viewer)).toBe(false)
  })

  test('lists of a shop and of a provider show each viewer what is theirs', async () => {
    const { shopId, providerId, assignmentId } = await activePair()
    const isv = await register('ISV')
    const proposalId = await propose(isv, shopId)
    const ids = async (viewer: Viewer) => (await assignmentsOf(viewer, shopId)).map(({ id }) => id).sort()
    const all = [assignmentId, proposalId].sort()
    expect(await ids(staffOf(shopId))).toEqual(all)
    expect(await ids(operator)).toEqual(all)
    expect(await ids(agentOf(isv))).toEqual([proposalId])
    expect(await ids(stranger)).toEqual([])
    const query = `query Q($id: ID!) { serviceProvider(id: $id) { name assignments { nodes { shop { id } } } } }`
    const seenBy = async (viewer: Viewer) => {
      const { data } = await providers.ask(viewer, query, { id: providerId })
      return (data as { serviceProvider: { assignments: { nodes: unknown[] } } }).serviceProvider.assignments
        .nodes
    }
    expect(await seenBy(agentOf(providerId))).toEqual([{ shop: { id: shopId } }])
    expect(await seenBy(staffOf(shopId))).toEqual([{ shop: { id: shopId } }])
    expect(await seenBy(stranger)).toEqual([])
  })

  test('pages of assignments of many shops are one statement and never overlap', async () => {
    const shopIds = [newShop(), newShop()]
    for (let n = 0; n < 3; n++) {
      const providerId = await register()
      for (const shopId of shopIds) await propose(providerId, shopId)
    }
    const query = `query Q($r: [_Any!]!, $after: String) { _entities(representations: $r) { ... on Shop {
      serviceAssignments(first: 2, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } } } }`
    type Page = {
      _entities: {
        serviceAssignments: { nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } }
      }[]
    }
    const read = async (ids: string[], after?: string) => {
      const r = ids.map((id) => ({ __typename: 'Shop', id }))
      return ((await providers.ask(operator, query, { r, after })).data as Page)._entities.map(
        (each) => each.serviceAssignments,
      )
    }
    providers.statements.length = 0
    const [first] = await read(shopIds)
    expect(providers.statements).toHaveLength(1)
    const [second] = await read(shopIds.slice(0, 1), first?.pageInfo.endCursor)
    expect([first?.pageInfo.hasNextPage, second?.pageInfo.hasNextPage]).toEqual([true, false])
    expect(new Set([...(first?.nodes ?? []), ...(second?.nodes ?? [])].map(({ id }) => id)).size).toBe(3)
  })
})
