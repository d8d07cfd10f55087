/** A service provider. */
export type ServiceProviderKind = 'DP_AGENCY' | 'ISV' | 'AD_AGENCY'

export type ServiceProvider = {
  readonly id: string
  readonly name: string
  readonly kind: ServiceProviderKind
  readonly registeredAt: Date
}
