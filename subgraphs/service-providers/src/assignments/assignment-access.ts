/** Who may see an assignment, and who may act for which of its sides. */
import { isOperator, type UserViewer, type Viewer } from '@souk/contracts'

type Sides = { readonly providerId: string; readonly shopId: string }

/** What a viewer may see: everything, or what touches their shops or their provider. */
export type AssignmentSight =
  | { readonly all: true }
  | { readonly all: false; readonly shopIds: readonly string[]; readonly providerId: string | null }

export function sightOf(viewer: Viewer): AssignmentSight {
  if (viewer.kind === 'service' || isOperator(viewer)) return { all: true }
  if (viewer.kind === 'anonymous') return { all: false, shopIds: [], providerId: null }
  return { all: false, shopIds: viewer.shopIds, providerId: viewer.serviceProviderId ?? null }
}

export function maySee(viewer: Viewer, { providerId, shopId }: Sides): boolean {
  const sight = sightOf(viewer)
  return sight.all || sight.shopIds.includes(shopId) || sight.providerId === providerId
}

/** Consent is the shop's alone: not even an operator gives it. */
export const actsForShop = (viewer: Viewer, shopId: string): viewer is UserViewer =>
  viewer.kind === 'user' && viewer.shopIds.includes(shopId) && viewer.scopes.includes('shop:write')

export const actsForProvider = (viewer: Viewer, providerId: string): boolean =>
  isOperator(viewer) ||
  (viewer.kind === 'user' &&
    viewer.serviceProviderId === providerId &&
    viewer.scopes.includes('provider:write'))
