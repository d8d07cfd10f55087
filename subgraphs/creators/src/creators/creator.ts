/** Creators and their organizations, as the rest of the subgraph sees them. */
export type Creator = {
  readonly id: string
  readonly userId: string
  readonly displayName: string
  readonly organizationId: string | null
  readonly showcase: boolean
  readonly liveSelling: boolean
  readonly createdAt: Date
}

export type CreatorOrganization = {
  readonly id: string
  readonly name: string
  readonly kind: 'MCN' | 'AGENCY'
}
