/**
 * Whether a shop may go to a service provider at all. Head brands stay with the platform (C34) once merchants have tiers;
 * until then every shop may.
 */
import { done, type Outcome } from '@souk/kit'
import type { ManagedByPlatform } from '../errors.ts'

export type HandOverPolicy = (shopId: string, at: Date) => Promise<Outcome<undefined, ManagedByPlatform>>

export const mayBeHandedOver: HandOverPolicy = async (_shopId, _at) => done(undefined)
