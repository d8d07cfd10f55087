/** Who may see and change orders: the buyer, the shop's staff, an assigned service provider, operators and services. */
import { assignedShops, ClientError, isOperator, type Viewer } from '@souk/contracts'
import type { SubgraphContext } from '@souk/kit'

type AccessContext = Pick<SubgraphContext<unknown>, 'viewer' | 'call' | 'loaders'>

/** Whose orders a viewer may see. */
export type Sight = {
  readonly isEverything: boolean
  readonly userId: string | null
  readonly shopIds: ReadonlySet<string>
}

/** Asked once per request: the shops of a service provider are known to another subgraph. */
export async function sightOf(context: AccessContext): Promise<Sight> {
  const { viewer } = context
  if (viewer.kind === 'service' || isOperator(viewer))
    return { isEverything: true, userId: null, shopIds: new Set() }
  if (viewer.kind === 'anonymous') return { isEverything: false, userId: null, shopIds: new Set() }
  const own = viewer.scopes.includes('shop:read') ? viewer.shopIds : []
  const assigned = await assignedShopsOf(context)
  const userId =
    viewer.scopes.includes('order:read') || viewer.scopes.includes('order:write') ? viewer.userId : null
  return { isEverything: false, userId, shopIds: new Set([...own, ...assigned]) }
}

export const seesShop = (sight: Sight, shopId: string): boolean =>
  sight.isEverything || sight.shopIds.has(shopId)

export const seesOrder = (
  sight: Sight,
  order: { readonly buyerId: string; readonly shopId: string },
): boolean => seesShop(sight, order.shopId) || (sight.userId !== null && sight.userId === order.buyerId)

/** Whether the viewer runs this shop: what a service provider may see it may not yet change. */
export const runsShop = (viewer: Viewer, shopId: string): boolean =>
  viewer.kind === 'service' ||
  isOperator(viewer) ||
  (viewer.kind === 'user' && viewer.scopes.includes('shop:write') && viewer.shopIds.includes(shopId))

/** The signed-in person, who is the buyer of all they do. */
export function buyerIdOf(viewer: Viewer): string {
  if (viewer.kind !== 'user') throw new ClientError('UNAUTHENTICATED', 'Sign in to buy.')
  return viewer.userId
}

async function assignedShopsOf({ viewer, call, loaders }: AccessContext): Promise<readonly string[]> {
  if (
    viewer.kind !== 'user' ||
    viewer.serviceProviderId === undefined ||
    !viewer.scopes.includes('provider:read')
  )
    return []
  const { serviceProviderId } = viewer
  const shopIds = await loaders.load(
    'assigned shops',
    serviceProviderId,
    async () => new Map([[serviceProviderId, await call(assignedShops, { serviceProviderId })]]),
  )
  return shopIds ?? []
}
