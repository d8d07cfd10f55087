/** Who may see behind the counter of a shop, and who may change things there. */
import { ClientError, isOperator, type Viewer } from '@souk/contracts'

/** Staff of the shop, operators, and the platform's own services. */
export const runsShop = (viewer: Viewer, shopId: string): boolean =>
  viewer.kind === 'service' ||
  isOperator(viewer) ||
  (viewer.kind === 'user' && viewer.shopIds.includes(shopId))

export function assertOperates(viewer: Viewer): void {
  if (viewer.kind === 'service' || isOperator(viewer)) return
  throw new ClientError(
    'FORBIDDEN',
    'This is for operators of the platform: it needs the scope platform:operate.',
  )
}

/** Under whose name idempotency keys are kept. */
export function viewerIdOf(viewer: Viewer): string {
  switch (viewer.kind) {
    case 'user':
      return viewer.userId
    case 'service':
      return `service ${viewer.service}`
    case 'anonymous':
      throw new ClientError('UNAUTHENTICATED', 'This needs a signed-in viewer.')
  }
}
