/** One active provider of a kind per shop, through accepts, transfers and ends at the same time, on a real PostgreSQL. */
import { describe, expect, test } from 'vitest'
import {
  type Answer,
  accept,
  activePair,
  agentOf,
  assignmentsOf,
  end,
  newShop,
  operator,
  propose,
  providers,
  register,
  shopsOf,
  staffOf,
  stranger,
  transfer,
  useProviders,
  user,
} from '../testing/use-providers.ts'

useProviders()

describe('C34 one active provider of a kind', () => {
  test('of two proposals accepted at once one wins; the other is told who works for the shop', async () => {
    for (let round = 0; round < 5; round++) {
      const [shopId, one, two] = [newShop(), await register(), await register()]
      const ids = [await propose(one, shopId), await propose(two, shopId)]
      const answers = await Promise.all(ids.map((id) => accept(staffOf(shopId), id)))
      const won = answers.find((answer) => answer.__typename === 'ServiceAssignmentAccepted')
      const lost = answers.find((answer) => answer.code === 'SHOP_ALREADY_ASSIGNED')
      expect(lost?.serviceAssignment?.id).toBe(won?.serviceAssignment?.id)
      expect(await assignmentsOf(staffOf(shopId), shopId, '(state: ACTIVE)')).toHaveLength(1)
    }
  })

  test('providers of different kinds work side by side', async () => {
    const shopId = newShop()
    for (const kind of ['DP_AGENCY', 'ISV', 'AD_AGENCY']) {
      const id = await propose(await register(kind), shopId)
      expect((await accept(staffOf(shopId), id)).__typename).toBe('ServiceAssignmentAccepted')
    }
    expect(await assignmentsOf(staffOf(shopId), shopId, '(state: ACTIVE)')).toHaveLength(3)
  })

  test('10 shops are handed over: exactly one owner each at every instant, and history is kept', async () => {
    const next = await register()
    const pairs = []
    for (let n = 0; n < 10; n++) {
      const pair = await activePair()
      pairs.push({ ...pair, proposalId: await propose(next, pair.shopId) })
    }
    providers.clock.advance(60_000)
    const staff = staffOf(...pairs.map(({ shopId }) => shopId))
    let watching = true
    const seen = new Set<number>()
    const watch = (async () => {
      while (watching)
        for (const { shopId } of pairs)
          seen.add((await assignmentsOf(staff, shopId, '(state: ACTIVE)')).length)
    })()
    const answers = await Promise.all(
      pairs.map(({ assignmentId, proposalId }) => transfer(staff, assignmentId, proposalId)),
    )
    watching = false
    await watch
    expect([...seen]).toEqual([1])
    expect((await shopsOf(next)).sort()).toEqual(pairs.map(({ shopId }) => shopId).sort())
    for (const [index, { shopId, providerId }] of pairs.entries()) {
      const { ended, started } = answers[index] as Answer
      expect(ended).toMatchObject({ state: 'ENDED', provider: { id: providerId } })
      expect(started).toMatchObject({ state: 'ACTIVE', provider: { id: next }, from: ended?.to })
      expect(await shopsOf(providerId)).toEqual([])
      expect((await assignmentsOf(staff, shopId)).map(({ state }) => state).sort()).toEqual([
        'ACTIVE',
        'ENDED',
      ])
    }
  })

  test('two transfers of one shop at once do one', async () => {
    const { shopId, assignmentId } = await activePair()
    const ids = [await propose(await register(), shopId), await propose(await register(), shopId)]
    const answers = await Promise.all(ids.map((id) => transfer(staffOf(shopId), assignmentId, id)))
    expect(answers.map((answer) => answer.__typename).sort()).toEqual([
      'ServiceAssignmentTransferred',
      'ServiceAssignmentTransitionNotAllowed',
    ])
    expect(await assignmentsOf(staffOf(shopId), shopId, '(state: ACTIVE)')).toHaveLength(1)
  })

  test("a transfer is the shop's own, within the shop and the kind", async () => {
    const { shopId, providerId, assignmentId } = await activePair()
    const nextId = await register()
    const proposalId = await propose(nextId, shopId)
    await expect(transfer(agentOf(providerId), assignmentId, proposalId)).rejects.toThrow(/^NOT_FOUND/)
    await expect(transfer(operator, assignmentId, proposalId)).rejects.toThrow(/^FORBIDDEN/)
    await expect(transfer(stranger, assignmentId, proposalId)).rejects.toThrow(/^NOT_FOUND/)
    const elsewhere = newShop()
    const both = staffOf(shopId, elsewhere)
    await expect(transfer(both, assignmentId, await propose(nextId, elsewhere))).rejects.toThrow(
      /^BAD_INPUT: "toServiceAssignmentId"/,
    )
    await expect(transfer(both, assignmentId, await propose(await register('ISV'), shopId))).rejects.toThrow(
      /^BAD_INPUT: "toServiceAssignmentId"/,
    )
    expect(await transfer(both, proposalId, assignmentId)).toMatchObject({
      code: 'ASSIGNMENT_TRANSITION_NOT_ALLOWED',
    })
    expect(await shopsOf(providerId)).toEqual([shopId])
  })

  test('either side ends it, and access is gone at once', async () => {
    for (const side of ['provider', 'shop', 'operator'] as const) {
      const { shopId, providerId, assignmentId } = await activePair()
      await expect(end(stranger, assignmentId)).rejects.toThrow(/^NOT_FOUND/)
      await expect(
        end(user('clerk', { shopIds: [shopId], scopes: ['shop:read'] }), assignmentId),
      ).rejects.toThrow(/^FORBIDDEN/)
      providers.clock.advance(60_000)
      const viewer = { provider: agentOf(providerId), shop: staffOf(shopId), operator }[side]
      expect(await end(viewer, assignmentId)).toMatchObject({
        serviceAssignment: { state: 'ENDED', to: providers.clock.now().toISOString() },
      })
      expect(await shopsOf(providerId)).toEqual([])
      expect(await end(viewer, assignmentId)).toMatchObject({
        code: 'ASSIGNMENT_TRANSITION_NOT_ALLOWED',
        from: 'ENDED',
      })
    }
  })
})
