/** Plans and showcases on a real PostgreSQL: who may open one, when a rate takes effect, what a lock is worth. */
import { creatorPermissions, showcaseShows, type Viewer } from '@souk/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import {
  type CreatorsGraph,
  creatorsGraph,
  nobody,
  operator,
  stranger,
  user,
} from '../testing/creators-graph.ts'
import { openCreators, service, type TestCreators } from '../testing/open-creators.ts'
import { orderPaid } from '../testing/order-events.ts'

let souk: TestCreators
let graph: CreatorsGraph

beforeAll(async () => {
  souk = await openCreators(inject('databaseAdminUrl'), 'creators_plans')
  graph = creatorsGraph(souk)
})
afterAll(() => souk.close())
beforeEach(() => souk.clock.set(new Date('2026-06-18T08:00:00Z')))

const hourMs = 60 * 60 * 1_000

describe('C29 creator monetisation tool', () => {
  test('a creator without permission who adds an item is refused with PERMISSION_REQUIRED', async () => {
    const { productId } = graph.product()
    await graph.createPlan(productId)
    const novice = await graph.creator({ showcase: false })
    expect(await graph.addToShowcase(novice.viewer, productId)).toMatchObject({ code: 'PERMISSION_REQUIRED' })
    await graph.grantShowcase(operator, novice.id)
    expect(await graph.addToShowcase(novice.viewer, productId)).toMatchObject({
      item: { lockedRateBps: 2_000, lockedRateVersion: 1 },
    })
  })

  test('only an operator grants permissions', async () => {
    const mei = await graph.creator({ showcase: false })
    await expect(graph.grantShowcase(mei.viewer, mei.id)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(graph.grantShowcase(operator, 'no-one')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('other subgraphs learn the permissions, and null of a creator that is not there', async () => {
    const mei = await graph.creator()
    const ask = async (viewer: Viewer, creatorId: string) =>
      (await graph.get<Record<string, unknown>>(viewer, creatorPermissions.document, { creatorId }))[
        creatorPermissions.field
      ]
    expect(await ask(service, mei.id)).toEqual({ showcase: true, liveSelling: false })
    expect(await ask(service, 'no-one')).toBeNull()
    await expect(ask(operator, mei.id)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  test('other subgraphs learn whether a showcase shows a product now', async () => {
    const { productId } = graph.product()
    await graph.createPlan(productId)
    const mei = await graph.creator()
    const ask = async (viewer: Viewer, creatorId: string) =>
      (await graph.get<Record<string, unknown>>(viewer, showcaseShows.document, { creatorId, productId }))[
        showcaseShows.field
      ]
    expect(await ask(service, mei.id)).toBe(false)
    await graph.addToShowcase(mei.viewer, productId)
    expect(await ask(service, mei.id)).toBe(true)
    expect(await ask(service, (await graph.creator({ showcase: false })).id)).toBeNull()
    expect(await ask(service, 'no-one')).toBeNull()
    await expect(ask(operator, mei.id)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  test('registering twice answers with the creator that is there, whatever the token knows', async () => {
    const mei = await graph.creator()
    const again = { code: 'CREATOR_EXISTS', creator: { id: mei.id } }
    expect(await graph.registerAs(mei.viewer, 'Mei')).toMatchObject(again)
    await expect(graph.registerAs(user('new'), ' ')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(graph.registerAs(nobody, 'Mei')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})

describe('plans', () => {
  test('the same idempotency key answers with the same plan, also when it could not be opened any more', async () => {
    const { productId } = graph.product()
    const once = { idempotencyKey: 'once' }
    const first = await graph.createPlan(productId, 1_000, once)
    graph.product({ productId, status: 'REMOVED' })
    expect((await graph.createPlan(productId, 1_000, once)).affiliatePlan.id).toBe(first.affiliatePlan.id)
    await expect(graph.createPlan(productId, 1_500, once)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    })
  })

  test('of ten requests at once with one key all answer with the one plan', async () => {
    const { productId } = graph.product()
    const once = { idempotencyKey: 'at once' }
    const results = await Promise.all(
      Array.from({ length: 10 }, () => graph.createPlan(productId, 1_000, once)),
    )
    expect(new Set(results.map((result) => result.__typename))).toEqual(new Set(['AffiliatePlanCreated']))
    expect(new Set(results.map((result) => result.affiliatePlan.id)).size).toBe(1)
  })

  test('of ten requests at once for one product one opens a plan and nine are told which is there', async () => {
    const { productId } = graph.product()
    const results = await Promise.all(Array.from({ length: 10 }, () => graph.createPlan(productId)))
    const created = results.filter((result) => result.__typename === 'AffiliatePlanCreated')
    const refused = results.filter((result) => result.code === 'PLAN_EXISTS')
    expect([created.length, refused.length]).toEqual([1, 9])
    expect(new Set(refused.map((result) => result.affiliatePlan.id))).toEqual(
      new Set([created[0]?.affiliatePlan.id]),
    )
  })

  test('a rate above 90 % is refused first, then a product that is not listed', async () => {
    const { productId } = graph.product({ status: 'UNLISTED' })
    expect(await graph.createPlan(productId, 9_001)).toMatchObject({ code: 'RATE_TOO_HIGH' })
    expect(await graph.createPlan(productId, 9_000)).toMatchObject({ code: 'PRODUCT_NOT_LISTED' })
    const { affiliatePlan } = await graph.createPlan(graph.product().productId)
    expect(await graph.changeRate(affiliatePlan.id, 9_001)).toMatchObject({ code: 'RATE_TOO_HIGH' })
  })

  test('a product or plan of another shop reads as not found, and a start in the past is bad input', async () => {
    const { productId } = graph.product()
    const isNotFound = { code: 'NOT_FOUND' }
    await expect(graph.createPlan(productId, 100, { viewer: stranger })).rejects.toMatchObject(isNotFound)
    await expect(graph.createPlan('no-product')).rejects.toMatchObject(isNotFound)
    const past = graph.createPlan(productId, 100, { startsAt: '2026-06-18T07:59:59Z' })
    await expect(past).rejects.toMatchObject({ code: 'BAD_INPUT' })
    const { affiliatePlan } = await graph.createPlan(productId)
    await expect(graph.changeRate(affiliatePlan.id, 100, stranger)).rejects.toMatchObject(isNotFound)
    await expect(graph.endPlan(affiliatePlan.id, stranger)).rejects.toMatchObject(isNotFound)
    await expect(graph.endPlan(affiliatePlan.id, nobody)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  test('an increase is in force at once, a decrease from the next midnight in Shanghai', async () => {
    const { affiliatePlan } = await graph.createPlan(graph.product().productId, 2_000)
    const raised = await graph.changeRate(affiliatePlan.id, 2_500)
    expect(raised).toMatchObject({ affiliatePlan: { rateBps: 2_500, rateVersion: 2, nextRate: null } })
    const lowered = await graph.changeRate(affiliatePlan.id, 1_000)
    expect(lowered.affiliatePlan).toMatchObject({
      rateBps: 2_500,
      nextRate: { version: 3, rateBps: 1_000, effectiveFrom: '2026-06-18T16:00:00.000Z' },
    })
    souk.clock.set(new Date('2026-06-18T15:59:59.999Z'))
    expect(await graph.loadPlan(affiliatePlan.id)).toMatchObject({ rateBps: 2_500 })
    souk.clock.set(new Date('2026-06-18T16:00:00.000Z'))
    expect(await graph.loadPlan(affiliatePlan.id)).toMatchObject({
      rateBps: 1_000,
      rateVersion: 3,
      nextRate: null,
    })
  })

  test('a decrease that was decided gives way to what is decided later', async () => {
    const { affiliatePlan } = await graph.createPlan(graph.product().productId, 2_000)
    await graph.changeRate(affiliatePlan.id, 1_000)
    expect((await graph.changeRate(affiliatePlan.id, 1_000)).rate.version).toBe(2)
    await graph.changeRate(affiliatePlan.id, 2_000)
    souk.clock.set(new Date('2026-06-19T00:00:00Z'))
    expect(await graph.loadPlan(affiliatePlan.id)).toMatchObject({
      rateBps: 2_000,
      rateVersion: 3,
      nextRate: null,
    })
  })

  test('changes of one rate at once all get a version of their own', async () => {
    const { affiliatePlan } = await graph.createPlan(graph.product().productId, 100)
    const rates = [200, 300, 400, 500, 600]
    const changes = await Promise.all(rates.map((rateBps) => graph.changeRate(affiliatePlan.id, rateBps)))
    const versions = changes.map((change) => change.rate.version as number)
    expect(versions.sort((left, right) => left - right)).toEqual([2, 3, 4, 5, 6])
  })

  test('a plan that is ended pays until midnight; then another may be opened', async () => {
    const { productId } = graph.product()
    const { affiliatePlan } = await graph.createPlan(productId)
    const ended = await graph.endPlan(affiliatePlan.id)
    expect(ended).toMatchObject({ affiliatePlan: { state: 'ACTIVE', endsAt: '2026-06-18T16:00:00.000Z' } })
    expect(await graph.endPlan(affiliatePlan.id)).toEqual(ended)
    expect(await graph.changeRate(affiliatePlan.id, 3_000)).toMatchObject({ code: 'PLAN_ENDED' })
    expect(await graph.createPlan(productId)).toMatchObject({ code: 'PLAN_EXISTS' })
    souk.clock.set(new Date('2026-06-18T16:00:00Z'))
    expect(await graph.loadPlan(affiliatePlan.id)).toMatchObject({ state: 'ENDED' })
    expect((await graph.createPlan(productId)).__typename).toBe('AffiliatePlanCreated')
  })

  test('a plan that lies ahead is not in the pool, pays nothing, changes at once and ends at once', async () => {
    const { productId } = graph.product({ title: 'Tomorrow' })
    const { affiliatePlan } = await graph.createPlan(productId, 2_000, { startsAt: '2026-06-20T00:00:00Z' })
    expect(affiliatePlan).toMatchObject({ rateBps: 2_000, state: 'ACTIVE' })
    const changed = await graph.changeRate(affiliatePlan.id, 1_000)
    expect(changed).toMatchObject({ affiliatePlan: { rateBps: 1_000, nextRate: null } })
    const mei = await graph.creator()
    expect(await graph.addToShowcase(mei.viewer, productId)).toMatchObject({ code: 'PRODUCT_NOT_ENROLLED' })
    expect((await graph.pool({ query: 'tomorrow' })).nodes).toEqual([])
    await souk.deliver(orderPaid('ahead', [{ productId, creatorId: mei.id }], souk.clock.now()))
    expect(await graph.commissionsOf('ahead')).toEqual([])
    expect((await graph.endPlan(affiliatePlan.id)).affiliatePlan.state).toBe('ENDED')
    expect((await graph.createPlan(productId)).__typename).toBe('AffiliatePlanCreated')
  })

  test('a rate can not be changed, not even by a statement', async () => {
    await graph.createPlan(graph.product().productId)
    const { database } = souk
    await expect(database.$executeRawUnsafe('UPDATE affiliate_plan_rate SET rate_bps = 1')).rejects.toThrow(
      'insert-only',
    )
    await expect(database.$executeRawUnsafe('DELETE FROM affiliate_plan_rate')).rejects.toThrow('insert-only')
  })

  test('all versions of a rate can be read, newest first, page by page', async () => {
    const { affiliatePlan } = await graph.createPlan(graph.product().productId, 100)
    for (const rateBps of [200, 300]) await graph.changeRate(affiliatePlan.id, rateBps)
    const query = `query R($id: ID!, $after: String) {
      affiliatePlan(id: $id) { rates(first: 2, after: $after) { nodes { version rateBps } pageInfo { hasNextPage endCursor } } }
    }`
    type Rates = { affiliatePlan: { rates: { nodes: unknown; pageInfo: { endCursor: string } } } }
    const first = await graph.get<Rates>(nobody, query, { id: affiliatePlan.id })
    expect(first.affiliatePlan.rates).toMatchObject({
      nodes: [
        { version: 3, rateBps: 300 },
        { version: 2, rateBps: 200 },
      ],
      pageInfo: { hasNextPage: true },
    })
    const after = first.affiliatePlan.rates.pageInfo.endCursor
    const second = await graph.get<Rates>(nobody, query, { id: affiliatePlan.id, after })
    expect(second.affiliatePlan.rates).toMatchObject({
      nodes: [{ version: 1 }],
      pageInfo: { hasNextPage: false },
    })
  })
})

describe('showcases', () => {
  test('the rate that was locked stays after a decrease, until the item is removed and added anew', async () => {
    const { productId } = graph.product()
    const { affiliatePlan } = await graph.createPlan(productId, 2_000)
    const mei = await graph.creator()
    const added = await graph.addToShowcase(mei.viewer, productId)
    await graph.changeRate(affiliatePlan.id, 1_000)
    souk.clock.advance(24 * hourMs)
    expect(await graph.addToShowcase(mei.viewer, productId)).toEqual(added)
    await souk.deliver(orderPaid('locked', [{ productId, creatorId: mei.id }], souk.clock.now()))
    expect(await graph.commissionsOf('locked')).toMatchObject([
      {
        rateBps: 2_000,
        estimated: { amount: 2_000 },
        explanation: { rateSource: 'SHOWCASE_LOCK', planRateVersion: 1 },
      },
    ])
    souk.clock.advance(hourMs)
    await graph.removeFromShowcase(mei.viewer, added.item.id)
    await graph.removeFromShowcase(mei.viewer, added.item.id)
    await souk.deliver(orderPaid('removed', [{ productId, creatorId: mei.id }], souk.clock.now()))
    expect(await graph.commissionsOf('removed')).toMatchObject([
      { rateBps: 1_000, explanation: { rateSource: 'PLAN_RATE' } },
    ])
    const again = await graph.addToShowcase(mei.viewer, productId)
    expect(again).toMatchObject({ item: { lockedRateBps: 1_000, lockedRateVersion: 2 } })
    const whileItWasThere = new Date(souk.clock.now().getTime() - 1)
    await souk.deliver(orderPaid('heard of late', [{ productId, creatorId: mei.id }], whileItWasThere))
    expect(await graph.commissionsOf('heard of late')).toMatchObject([{ rateBps: 2_000 }])
  })

  test('the lock of one creator is of no use to another, nor to the plan that follows', async () => {
    const { productId } = graph.product()
    const { affiliatePlan } = await graph.createPlan(productId, 2_000)
    const [mei, lan] = [await graph.creator(), await graph.creator()]
    await graph.addToShowcase(mei.viewer, productId)
    await graph.changeRate(affiliatePlan.id, 1_000)
    souk.clock.advance(24 * hourMs)
    await souk.deliver(orderPaid('lan', [{ productId, creatorId: lan.id }], souk.clock.now()))
    expect(await graph.commissionsOf('lan')).toMatchObject([
      { rateBps: 1_000, explanation: { rateSource: 'PLAN_RATE', planRateVersion: 2 } },
    ])
    await graph.endPlan(affiliatePlan.id)
    souk.clock.advance(24 * hourMs)
    await graph.createPlan(productId, 500)
    await souk.deliver(orderPaid('next plan', [{ productId, creatorId: mei.id }], souk.clock.now()))
    expect(await graph.commissionsOf('next plan')).toMatchObject([{ rateBps: 500 }])
  })

  test('an item of another creator reads as not found', async () => {
    const { productId } = graph.product()
    await graph.createPlan(productId)
    const [mei, lan] = [await graph.creator(), await graph.creator()]
    const { item } = await graph.addToShowcase(mei.viewer, productId)
    await expect(graph.removeFromShowcase(lan.viewer, item.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(graph.removeFromShowcase(nobody, item.id)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(graph.addToShowcase(user('no creator'), productId)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})
