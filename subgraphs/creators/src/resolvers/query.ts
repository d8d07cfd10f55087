/** Root fields that read. */
import { type ConnectionArguments, connectionOf, readIdCursor, readPage, type Resolvers } from '@souk/kit'
import type { CommissionFilter } from '../commissions/commission-store.ts'
import { loadCreator, loadOrganization, loadPlan } from '../entities.ts'
import type { CreatorsModules } from '../modules.ts'
import { type PoolArguments, searchPool } from '../selection-pool/search-pool.ts'
import { commissionAudience } from '../viewer-rules.ts'

type ById = { readonly id: string }
type CreatorsArguments = ConnectionArguments & { readonly organizationId?: string | null }
type CommissionsArguments = ConnectionArguments & { readonly filter?: CommissionFilter | null }

export const queryResolvers: Resolvers<CreatorsModules>[string] = {
  creator: (_root: unknown, { id }: ById, context) => loadCreator(context, id),
  creators: async (_root: unknown, args: CreatorsArguments, { modules }) => {
    const page = readPage(args, readIdCursor)
    return connectionOf(await modules.creators.page(args.organizationId ?? null, page), page, (creator) => [
      creator.id,
    ])
  },
  creatorOrganization: (_root: unknown, { id }: ById, context) => loadOrganization(context, id),
  selectionPool: (_root: unknown, args: PoolArguments, { modules }) => searchPool(modules.pool, args),
  affiliatePlan: (_root: unknown, { id }: ById, context) => loadPlan(context, id),
  commissions: async (_root: unknown, args: CommissionsArguments, context) => {
    const page = readPage(args, readIdCursor)
    const audience = await commissionAudience(context)
    return connectionOf(
      await context.modules.commissions.page(audience, args.filter ?? {}, page),
      page,
      (each) => [each.id],
    )
  },
  _internalCreatorPermissions: async (_root: unknown, { creatorId }: { creatorId: string }, context) => {
    const creator = await loadCreator(context, creatorId)
    return creator && { showcase: creator.showcase, liveSelling: creator.liveSelling }
  },
  _internalShowcaseShows: (
    _root: unknown,
    { creatorId, productId }: { creatorId: string; productId: string },
    { modules },
  ) => modules.showcase.shows(creatorId, productId),
}
