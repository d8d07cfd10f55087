/** Fields of Creator, CreatorOrganization and ShowcaseItem. */
import { type ConnectionArguments, readIdCursor, readPage, type Resolvers } from '@souk/kit'
import type { Creator, CreatorOrganization } from '../creators/creator.ts'
import { loadOrganization, loadPlan } from '../entities.ts'
import type { CreatorsContext, CreatorsModules } from '../modules.ts'
import type { ShowcaseItem } from '../showcase/showcase-item.ts'
import { isThemselves, seesEverything } from '../viewer-rules.ts'
import { childPage } from './child-page.ts'

const isPrivateFor = (creator: Creator, { viewer }: CreatorsContext): boolean =>
  !isThemselves(viewer, creator) && !seesEverything(viewer)

/** The gateway refuses a viewer without the scope; who comes another way must not get further. */
const mayReadCommissions = (creator: Creator, context: CreatorsContext): boolean =>
  seesEverything(context.viewer) ||
  (isThemselves(context.viewer, creator) && context.viewer.scopes.includes('creator:read'))

const idCursor = (row: { readonly id: string }): readonly string[] => [row.id]

export const creatorResolvers: Resolvers<CreatorsModules> = {
  Creator: {
    userId: (creator: Creator, _args: object, context) =>
      isPrivateFor(creator, context) ? null : creator.userId,
    organization: ({ organizationId }: Creator, _args: object, context) =>
      organizationId === null ? null : loadOrganization(context, organizationId),
    commercePermission: ({ showcase, liveSelling }: Creator) => ({ showcase, liveSelling }),
    registeredAt: (creator: Creator) => creator.createdAt,
    showcase: (creator: Creator, args: ConnectionArguments, context) =>
      childPage(context, {
        name: 'showcase of creators',
        parentId: creator.id,
        page: readPage(args, readIdCursor),
        load: context.modules.showcase.pagesByCreator,
        cursorOf: idCursor,
      }),
    commissions: (creator: Creator, args: ConnectionArguments, context) =>
      !mayReadCommissions(creator, context)
        ? null
        : childPage(context, {
            name: 'commissions of creators',
            parentId: creator.id,
            page: readPage(args, readIdCursor),
            load: context.modules.commissions.pagesByCreator,
            cursorOf: idCursor,
          }),
  },
  CreatorOrganization: {
    creators: (organization: CreatorOrganization, args: ConnectionArguments, context) =>
      childPage(context, {
        name: 'creators of organizations',
        parentId: organization.id,
        page: readPage(args, readIdCursor),
        load: context.modules.creators.pagesByOrganization,
        cursorOf: idCursor,
      }),
  },
  ShowcaseItem: {
    product: (item: ShowcaseItem) => ({ id: item.productId }),
    plan: (item: ShowcaseItem, _args: object, context) => loadPlan(context, item.planId),
    lockedRateVersion: (item: ShowcaseItem) => item.rateVersion,
  },
}
