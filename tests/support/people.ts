/** Who asks in the tests. */
import type { Scope } from '@souk/contracts'

export type Person = {
  readonly label: string
  readonly subject: string
  readonly scopes: readonly Scope[]
  readonly shopIds?: readonly string[]
  readonly creatorId?: string
  readonly serviceProviderId?: string
}

export const operator: Person = {
  label: 'operator',
  subject: 'user-operator',
  scopes: [
    'platform:operate',
    'shop:read',
    'shop:write',
    'order:read',
    'creator:read',
    'creator:write',
    'provider:read',
    'provider:write',
  ],
}

export const shopper = (name = 'ann'): Person => ({
  label: name,
  subject: `user-${name}`,
  scopes: ['cart:write', 'order:read', 'order:write'],
})

export const merchant = (...shopIds: readonly string[]): Person => ({
  label: 'merchant',
  subject: 'user-merchant',
  scopes: ['shop:read', 'shop:write', 'order:read'],
  shopIds,
})

export const creator = (creatorId: string, userId = 'user-creator'): Person => ({
  label: 'creator',
  subject: userId,
  scopes: ['creator:read', 'creator:write'],
  creatorId,
})

export const serviceProvider = (serviceProviderId: string): Person => ({
  label: 'service provider',
  subject: 'user-provider',
  scopes: ['provider:read', 'provider:write', 'order:read'],
  serviceProviderId,
})
