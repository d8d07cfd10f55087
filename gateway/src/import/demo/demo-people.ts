/** The five people of the demo, whose ready tokens the development start prints. Ids are stable: a token outlives a restart. */
import { demoCreators } from './describe-creators.ts'
import { demoId } from './demo-ids.ts'
import { retailMerchant } from '../retail/retail-shop.ts'
import { shopsOfDemoMerchant } from './demo-shops.ts'

/** Claims of a token, and the name that it has in the menu. */
export type DemoPerson = {
  readonly label: string
  readonly subject: string
  readonly scopes: readonly string[]
  readonly shopIds?: readonly string[]
  readonly merchantId?: string
  readonly creatorId?: string
  readonly serviceProviderId?: string
}

export const demoShopperId = demoId('user', 'shopper')

export const demoServiceProviderId = demoId('service provider', 'Harbour Operations')

export const demoPeople: readonly DemoPerson[] = [
  { label: 'Shopper', subject: demoShopperId, scopes: ['cart:write', 'order:read', 'order:write'] },
  {
    label: 'Merchant',
    subject: demoId('user', 'merchant'),
    scopes: ['shop:read', 'shop:write', 'order:read', 'order:write'],
    merchantId: retailMerchant.id,
    shopIds: shopsOfDemoMerchant,
  },
  {
    label: 'Creator',
    subject: demoCreators[0]?.userId ?? '',
    scopes: ['creator:read', 'creator:write', 'cart:write', 'order:read', 'order:write'],
    creatorId: demoCreators[0]?.id ?? '',
  },
  {
    label: 'Service provider',
    subject: demoId('user', 'service provider'),
    scopes: ['provider:read', 'provider:write', 'shop:read', 'order:read'],
    serviceProviderId: demoServiceProviderId,
  },
  {
    label: 'Operator',
    subject: demoId('user', 'operator'),
    scopes: ['platform:operate', 'shop:read', 'order:read', 'creator:read', 'provider:read'],
  },
]
