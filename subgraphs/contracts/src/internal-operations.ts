/** Operations between subgraphs: GraphQL on the one wire, answered only to a viewer signed as a service. */
import type { SubgraphName } from './subgraph-names.ts'
import type { MoneyOnTheWire } from './money.ts'

/** A typed document: `callSubgraph(operation, variables)` resolves to the value of its one root field. */
export type InternalOperation<Variables, Result> = {
  readonly subgraph: SubgraphName
  readonly field: string
  readonly document: string
  /** Never present: it carries the types. */
  readonly types?: (variables: Variables) => Result
}

export function internalOperation<Variables, Result>(
  subgraph: SubgraphName,
  field: string,
  document: string,
): InternalOperation<Variables, Result> {
  return { subgraph, field, document: document.trim() }
}

export type OfferSnapshot = {
  readonly offerId: string
  readonly productId: string
  readonly skuId: string
  readonly shopId: string | null
  readonly title: string
  readonly skuName: string
  readonly source: 'PLATFORM_SHOP' | 'TAOBAO' | 'TMALL' | 'JD' | 'OTHER'
  readonly checkoutMode: 'IN_APP' | 'EXTERNAL_REDIRECT'
  readonly price: MoneyOnTheWire
  readonly sellable: boolean
  readonly externalUrl: string | null
}

/** Offers as they are now, in the order asked; null where there is none by that id. */
export const offersSnapshot = internalOperation<
  { offerIds: readonly string[] },
  readonly (OfferSnapshot | null)[]
>(
  'products',
  '_internalOffers',
  `query InternalOffers($offerIds: [ID!]!) {
  _internalOffers(offerIds: $offerIds) {
    offerId productId skuId shopId title skuName source checkoutMode price { amount currency } sellable externalUrl
  }
}`,
)

export type ProductSnapshot = {
  readonly productId: string
  readonly shopId: string
  readonly title: string
  readonly categoryId: string | null
  readonly status: 'LISTED' | 'UNLISTED' | 'REMOVED'
  /** The cheapest platform-shop offer, or null if it has none. */
  readonly price: MoneyOnTheWire | null
}

/** Products as they are now, in the order asked; null where there is none by that id. */
export const productsSnapshot = internalOperation<
  { productIds: readonly string[] },
  readonly (ProductSnapshot | null)[]
>(
  'products',
  '_internalProducts',
  `query InternalProducts($productIds: [ID!]!) {
  _internalProducts(productIds: $productIds) { productId shopId title categoryId status price { amount currency } }
}`,
)

export type StockDemand = { readonly skuId: string; readonly quantity: number }

export type StockHoldResult = {
  readonly held: boolean
  /** Set when not held: what each SKU that falls short still has. */
  readonly shortages: readonly {
    readonly skuId: string
    readonly wanted: number
    readonly available: number
  }[]
}

/** Holds stock for an order until `expiresAt`, all lines or none. The same hold id again changes nothing and says `held`. */
export const stockHold = internalOperation<
  { holdId: string; demands: readonly StockDemand[]; expiresAt: string },
  StockHoldResult
>(
  'products',
  '_internalStockHold',
  `mutation InternalStockHold($holdId: ID!, $demands: [InternalStockDemandInput!]!, $expiresAt: DateTime!) {
  _internalStockHold(holdId: $holdId, demands: $demands, expiresAt: $expiresAt) {
    held shortages { skuId wanted available }
  }
}`,
)

/** Turns a hold into a sale. False if the hold has expired or was released; true, also when repeated, otherwise. */
export const stockHoldCommit = internalOperation<{ holdId: string }, boolean>(
  'products',
  '_internalStockHoldCommit',
  'mutation InternalStockHoldCommit($holdId: ID!) { _internalStockHoldCommit(holdId: $holdId) }',
)

/** Gives held stock back. Repeating it, or releasing what was never held, changes nothing. A committed hold stays sold. */
export const stockHoldRelease = internalOperation<{ holdId: string }, boolean>(
  'products',
  '_internalStockHoldRelease',
  'mutation InternalStockHoldRelease($holdId: ID!) { _internalStockHoldRelease(holdId: $holdId) }',
)

/** Puts units of a finished return back on the shelf; `returnId` makes it happen once. */
export const stockReturn = internalOperation<{ returnId: string; demands: readonly StockDemand[] }, boolean>(
  'products',
  '_internalStockReturn',
  `mutation InternalStockReturn($returnId: ID!, $demands: [InternalStockDemandInput!]!) {
  _internalStockReturn(returnId: $returnId, demands: $demands)
}`,
)

export type ContentSnapshot = {
  readonly contentId: string
  readonly contentKind: 'SHORT_VIDEO' | 'LIVE_ROOM'
  readonly creatorId: string | null
  /** Offers that the content shows now. */
  readonly offerIds: readonly string[]
}

/** What a piece of content shows and who made it: how orders checks the origin that a client claims. Null where there is none. */
export const contentSnapshot = internalOperation<
  { contentIds: readonly string[] },
  readonly (ContentSnapshot | null)[]
>(
  'content',
  '_internalContent',
  `query InternalContent($contentIds: [ID!]!) {
  _internalContent(contentIds: $contentIds) { contentId contentKind creatorId offerIds }
}`,
)

/** The shops that a service provider is assigned to now, for object checks in other subgraphs. */
export const assignedShops = internalOperation<{ serviceProviderId: string }, readonly string[]>(
  'service-providers',
  '_internalAssignedShops',
  `query InternalAssignedShops($serviceProviderId: ID!) { _internalAssignedShops(serviceProviderId: $serviceProviderId) }`,
)

/** Whether a creator may sell: `showcase` and `liveSelling` permissions (C29). Null if there is no such creator. */
export const creatorPermissions = internalOperation<
  { creatorId: string },
  { readonly showcase: boolean; readonly liveSelling: boolean } | null
>(
  'creators',
  '_internalCreatorPermissions',
  `query InternalCreatorPermissions($creatorId: ID!) {
  _internalCreatorPermissions(creatorId: $creatorId) { showcase liveSelling }
}`,
)

/** Whether a creator's showcase shows a product now. Null if there is no such creator, or they may not keep a showcase. */
export const showcaseShows = internalOperation<{ creatorId: string; productId: string }, boolean | null>(
  'creators',
  '_internalShowcaseShows',
  `query InternalShowcaseShows($creatorId: ID!, $productId: ID!) {
  _internalShowcaseShows(creatorId: $creatorId, productId: $productId)
}`,
)
