/** Front door of @souk/content: short videos, live rooms and the feed, as a subgraph. */
import type { Subgraph } from '@souk/kit'
import { defineContent } from './define-content.ts'
import { mayShowOffer } from './offers/may-show-offer.ts'

export const contentSubgraph: Subgraph = defineContent({ mayShowOffer })
