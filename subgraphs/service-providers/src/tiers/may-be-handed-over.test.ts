/** A policy that keeps a shop with the platform is asked at every way into an assignment, on a real PostgreSQL. */
import { done, refuse } from '@souk/kit'
import { beforeEach, expect, test } from 'vitest'
import {
  accept,
  activePair,
  agentOf,
  newShop,
  propose,
  register,
  run,
  shopsOf,
  staffOf,
  transfer,
  useProviders,
} from '../testing/use-providers.ts'

const managed = new Set<string>()
beforeEach(() => managed.clear())

useProviders({
  mayBeHandedOver: async (shopId) =>
    managed.has(shopId)
      ? refuse({
          __typename: 'ShopManagedByPlatform',
          code: 'SHOP_MANAGED_BY_PLATFORM',
          message: 'The platform looks after this shop itself.',
          shopId,
        })
      : done(undefined),
})

test('C34 a shop of a head brand goes to no provider: not proposed, not accepted, not transferred', async () => {
  const refusal = { __typename: 'ShopManagedByPlatform', code: 'SHOP_MANAGED_BY_PLATFORM' }
  const [shopId, providerId] = [newShop(), await register()]
  const id = await propose(providerId, shopId)
  const pair = await activePair()
  const next = await propose(providerId, pair.shopId)
  for (const each of [shopId, pair.shopId]) managed.add(each)
  expect(
    await run(agentOf(await register()), 'serviceAssignmentPropose', { shopId, scopes: ['shop:read'] }),
  ).toMatchObject(refusal)
  expect(await accept(staffOf(shopId), id)).toMatchObject(refusal)
  expect(await transfer(staffOf(pair.shopId), pair.assignmentId, next)).toMatchObject(refusal)
  expect(await shopsOf(providerId)).toEqual([])
  expect(await shopsOf(pair.providerId)).toEqual([pair.shopId])
})
