/** Step 2: the shop is one that may go to a service provider. */
import type { Outcome } from '@souk/kit'
import type { ManagedByPlatform } from '../errors.ts'
import type { ServiceProvidersContext } from '../modules.ts'

export const checkTier = (
  { modules, clock }: ServiceProvidersContext,
  shopId: string,
): Promise<Outcome<undefined, ManagedByPlatform>> => modules.mayBeHandedOver(shopId, clock.now())
