/** Root fields that write: the viewer checked, one command, its outcome as a result union. */
import { notFound } from '@souk/contracts'
import { type Resolvers, toResultUnion } from '@souk/kit'
import type { Creator } from '../creators/creator.ts'
import type { CreatorsImportInput } from '../import/import-store.ts'
import type { CreatorsContext, CreatorsModules } from '../modules.ts'
import { loadOwnCreator, requireOperator, requireUser } from '../viewer-rules.ts'

type Input<Fields> = { readonly input: Fields }
type PlanCreate = { productId: string; rateBps: number; startsAt?: Date | null; idempotencyKey: string }
type PermissionGrant = { creatorId: string; showcase?: boolean | null; liveSelling?: boolean | null }

export const mutationResolvers: Resolvers<CreatorsModules>[string] = {
  affiliatePlanCreate: async (_root: unknown, { input }: Input<PlanCreate>, { viewer, modules, call }) => {
    const { productId, rateBps, startsAt, idempotencyKey } = input
    const request = { productId, rateBps, startsAt: startsAt ?? null, idempotencyKey }
    const outcome = await modules.enrollProduct({ viewer: requireUser(viewer), call }, request)
    return toResultUnion(outcome, (affiliatePlan) => ({ __typename: 'AffiliatePlanCreated', affiliatePlan }))
  },
  affiliatePlanRateChange: async (
    _root: unknown,
    { input }: Input<{ affiliatePlanId: string; rateBps: number }>,
    { viewer, modules },
  ) => {
    const change = { planId: input.affiliatePlanId, rateBps: input.rateBps }
    const outcome = await modules.changeRate(requireUser(viewer), change)
    return toResultUnion(outcome, ({ plan, rate }) => ({
      __typename: 'AffiliatePlanRateChanged',
      affiliatePlan: plan,
      rate,
    }))
  },
  affiliatePlanEnd: async (
    _root: unknown,
    { input }: Input<{ affiliatePlanId: string }>,
    { viewer, modules },
  ) => ({
    __typename: 'AffiliatePlanEndDecided',
    affiliatePlan: await modules.endPlan(requireUser(viewer), input.affiliatePlanId),
  }),
  showcaseItemAdd: async (_root: unknown, { input }: Input<{ productId: string }>, context) => {
    const creator = await requireOwnCreator(context)
    const outcome = await context.modules.addShowcaseItem(creator, input.productId)
    return toResultUnion(outcome, (item) => ({ __typename: 'ShowcaseItemAdded', item }))
  },
  showcaseItemRemove: async (_root: unknown, { input }: Input<{ showcaseItemId: string }>, context) => {
    const creator = await requireOwnCreator(context)
    const { showcase } = context.modules
    const item = await showcase.byId(input.showcaseItemId)
    if (item === null || item.creatorId !== creator.id)
      throw notFound('item of your showcase', input.showcaseItemId)
    await showcase.remove(item.id, context.clock.now())
    return { __typename: 'ShowcaseItemRemoved', showcaseItemId: item.id, creator }
  },
  creatorRegister: async (_root: unknown, { input }: Input<{ displayName: string }>, { viewer, modules }) => {
    const { userId } = requireUser(viewer)
    const outcome = await modules.registerCreator({ userId, displayName: input.displayName })
    return toResultUnion(outcome, (creator) => ({ __typename: 'CreatorRegistered', creator }))
  },
  creatorPermissionGrant: async (_root: unknown, { input }: Input<PermissionGrant>, { viewer, modules }) => {
    requireOperator(viewer)
    const { creatorId, showcase, liveSelling } = input
    const permissions = { ...(showcase != null && { showcase }), ...(liveSelling != null && { liveSelling }) }
    const creator = await modules.creators.setPermissions(creatorId, permissions)
    if (creator === null) throw notFound('creator', creatorId)
    return { __typename: 'CreatorPermissionGranted', creator }
  },
  _internalCreatorsImport: (_root: unknown, { creators }: { creators: CreatorsImportInput }, { modules }) =>
    modules.importCreators(creators),
}

async function requireOwnCreator(context: CreatorsContext): Promise<Creator> {
  const { userId } = requireUser(context.viewer)
  const creator = await loadOwnCreator(context)
  if (creator === null) throw notFound('creator of the person', userId)
  return creator
}
