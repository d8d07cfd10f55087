/** Service providers of the demo and the shops that they work for. */
import type { ServiceProvidersImport } from '@souk/contracts'
import { demoId, demoTime } from './demo-ids.ts'
import { demoServiceProviderId } from './demo-people.ts'
import { demoShops, shopsOfDemoMerchant } from './demo-shops.ts'

const providers = [
  { id: demoServiceProviderId, name: 'Harbour Operations', kind: 'DP_AGENCY' },
  { id: demoId('service provider', 'Ledgerline Software'), name: 'Ledgerline Software', kind: 'ISV' },
  { id: demoId('service provider', 'Beacon Media'), name: 'Beacon Media', kind: 'AD_AGENCY' },
] as const

export function describeServiceProviders(): ServiceProvidersImport {
  const [agency, software, media] = providers
  return {
    providers,
    assignments: [
      ...shopsOfDemoMerchant.map((shopId) => assignmentOf(agency.id, shopId, ['shop:read', 'order:read'])),
      ...demoShops.map(({ id }) => assignmentOf(software.id, id, ['shop:read'])),
      ...demoShops.slice(1, 4).map(({ id }) => assignmentOf(media.id, id, ['shop:read'])),
    ],
  }
}

const assignmentOf = (providerId: string, shopId: string, scopes: readonly string[]) => ({
  id: demoId('assignment', `${providerId} ${shopId}`),
  providerId,
  shopId,
  scopes,
  from: demoTime(-24 * 60),
})
