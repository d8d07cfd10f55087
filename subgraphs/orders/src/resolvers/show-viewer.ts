/** The signed-in person as the graph shows them: what the signed viewer says, and nothing looked up. */
import type { Viewer } from '@souk/contracts'
import { reference } from './stubs.ts'

export const showViewer = (viewer: Viewer) =>
  viewer.kind === 'user'
    ? {
        id: viewer.userId,
        scopes: viewer.scopes,
        shops: viewer.shopIds.map(reference),
        creator: viewer.creatorId === undefined ? null : reference(viewer.creatorId),
        serviceProvider: viewer.serviceProviderId === undefined ? null : reference(viewer.serviceProviderId),
      }
    : null
