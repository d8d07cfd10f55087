/** Who may see what: commissions and personal ids are for their creator, the shop that owes, and operators. */
import { ClientError, isOperator, type UserViewer, type Viewer } from '@souk/contracts'
import type { Commission } from './commissions/commission.ts'
import type { CommissionAudience } from './commissions/commission-store.ts'
import type { Creator } from './creators/creator.ts'
import type { CreatorsContext } from './modules.ts'

export const seesEverything = (viewer: Viewer): boolean => viewer.kind === 'service' || isOperator(viewer)

export function requireUser(viewer: Viewer): UserViewer {
  if (viewer.kind === 'user') return viewer
  throw new ClientError('UNAUTHENTICATED', 'Sign in first.')
}

export function requireOperator(viewer: Viewer): void {
  if (!seesEverything(viewer)) throw new ClientError('FORBIDDEN', 'This needs the scope "platform:operate".')
}

/** Who the viewer is among the creators. A token signed before the registration doesn't know; the person's id does. */
export async function loadOwnCreator({ viewer, modules, loaders }: CreatorsContext): Promise<Creator | null> {
  if (viewer.kind !== 'user') return null
  if (viewer.creatorId !== undefined) {
    return loaders.load('own creator by id', viewer.creatorId, (ids) => modules.creators.byIds(ids))
  }
  return loaders.load('own creator by person', viewer.userId, (userIds) =>
    modules.creators.byUserIds(userIds),
  )
}

export const isThemselves = (viewer: Viewer, creator: Creator): boolean =>
  viewer.kind === 'user' && (viewer.creatorId === creator.id || viewer.userId === creator.userId)

export async function commissionAudience(context: CreatorsContext): Promise<CommissionAudience> {
  const { viewer } = context
  if (seesEverything(viewer)) return { everything: true, creatorId: null, shopIds: [] }
  if (viewer.kind !== 'user') return { everything: false, creatorId: null, shopIds: [] }
  const isForCreator = viewer.scopes.includes('creator:read')
  const isForShops = viewer.scopes.includes('shop:read') || viewer.scopes.includes('order:read')
  return {
    everything: false,
    creatorId: isForCreator ? ((await loadOwnCreator(context))?.id ?? null) : null,
    shopIds: isForShops ? viewer.shopIds : [],
  }
}

export const isVisibleTo = (audience: CommissionAudience, commission: Commission): boolean =>
  audience.everything ||
  commission.creatorId === audience.creatorId ||
  audience.shopIds.includes(commission.shopId)
