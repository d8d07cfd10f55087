/** References to entities that other subgraphs own, and origins as the graph shows them. */
import type { Attribution } from '../cart/origin.ts'

export const reference = (id: string): { readonly id: string } => ({ id })

export const showOrigin = (origin: Attribution | null) =>
  origin === null
    ? null
    : {
        entry: origin.entry,
        discoveryMode: origin.discoveryMode,
        content:
          origin.contentId === null
            ? null
            : { __typename: contentTypes[origin.contentKind ?? 'LIVE_ROOM'], id: origin.contentId },
        creator: origin.creatorId === null ? null : reference(origin.creatorId),
      }

const contentTypes = { SHORT_VIDEO: 'ShortVideo', LIVE_ROOM: 'LiveRoom' } as const
