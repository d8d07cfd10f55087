/** Bulk internal operations that seed what no file holds: creators, plans, showcases, content, service providers. Idempotent by id. */
import { internalOperation } from './internal-operations.ts'

export type CreatorsImport = {
  readonly organizations: readonly {
    readonly id: string
    readonly name: string
    readonly kind: 'MCN' | 'AGENCY'
  }[]
  readonly creators: readonly {
    readonly id: string
    readonly userId: string
    readonly displayName: string
    readonly organizationId: string | null
    readonly showcase: boolean
    readonly liveSelling: boolean
  }[]
  /** Ordinary (open) plans: at most one active plan of a product. */
  readonly plans: readonly {
    readonly id: string
    readonly productId: string
    readonly shopId: string
    readonly rateBps: number
    readonly startsAt: string
  }[]
  /** What the selection pool knows of the enrolled products until product.changed events tell more. */
  readonly products: readonly {
    readonly productId: string
    readonly shopId: string
    readonly title: string
    readonly categoryId: string | null
    readonly amount: number
    readonly currency: string
  }[]
  readonly showcaseItems: readonly {
    readonly id: string
    readonly creatorId: string
    readonly productId: string
    readonly addedAt: string
  }[]
}

/** Returns how many rows are new. */
export const creatorsImport = internalOperation<{ creators: CreatorsImport }, number>(
  'creators',
  '_internalCreatorsImport',
  `mutation InternalCreatorsImport($creators: InternalCreatorsImportInput!) { _internalCreatorsImport(creators: $creators) }`,
)

export type ContentImport = {
  readonly shortVideos: readonly {
    readonly id: string
    readonly creatorId: string
    readonly title: string
    readonly durationSeconds: number
    readonly publishedAt: string
    readonly items: readonly { readonly id: string; readonly offerId: string; readonly source: string }[]
  }[]
  readonly liveRooms: readonly {
    readonly id: string
    readonly kind: 'CREATOR' | 'SELF_BROADCAST'
    readonly creatorId: string | null
    readonly shopId: string | null
    readonly title: string
    readonly status: 'SCHEDULED' | 'LIVE' | 'ENDED'
    readonly startsAt: string
    readonly endsAt: string | null
    readonly items: readonly { readonly id: string; readonly offerId: string; readonly source: string }[]
  }[]
}

/** Returns how many rows are new. */
export const contentImport = internalOperation<{ content: ContentImport }, number>(
  'content',
  '_internalContentImport',
  `mutation InternalContentImport($content: InternalContentImportInput!) { _internalContentImport(content: $content) }`,
)

export type ServiceProvidersImport = {
  readonly providers: readonly {
    readonly id: string
    readonly name: string
    readonly kind: 'DP_AGENCY' | 'ISV' | 'AD_AGENCY'
  }[]
  readonly assignments: readonly {
    readonly id: string
    readonly providerId: string
    readonly shopId: string
    readonly scopes: readonly string[]
    readonly from: string
  }[]
}

/** Returns how many rows are new. */
export const serviceProvidersImport = internalOperation<{ serviceProviders: ServiceProvidersImport }, number>(
  'service-providers',
  '_internalServiceProvidersImport',
  `mutation InternalServiceProvidersImport($serviceProviders: InternalServiceProvidersImportInput!) {
  _internalServiceProvidersImport(serviceProviders: $serviceProviders)
}`,
)
