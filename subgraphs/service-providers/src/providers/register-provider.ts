/** An operator registers a service provider. */
import { ClientError, isOperator } from '@souk/contracts'
import { done, type Outcome, refuse } from '@souk/kit'
import { serviceProviderLimits } from '../config.ts'
import type { NameTaken } from '../errors.ts'
import type { ServiceProvidersContext } from '../modules.ts'
import type { ServiceProvider, ServiceProviderKind } from './provider.ts'

export async function registerProvider(
  { viewer, modules, ids, clock }: ServiceProvidersContext,
  input: { readonly name: string; readonly kind: ServiceProviderKind },
): Promise<Outcome<ServiceProvider, NameTaken>> {
  if (!isOperator(viewer))
    throw new ClientError('FORBIDDEN', 'Registering a service provider takes the scope platform:operate.')
  const id = ids.next()
  const name = readName(input.name)
  const provider = await modules.providers.insert({ id, name, kind: input.kind, registeredAt: clock.now() })
  if (provider.id === id) return done(provider)
  return refuse({
    __typename: 'ServiceProviderNameTaken',
    code: 'SERVICE_PROVIDER_NAME_TAKEN',
    message: `There is a service provider called "${name}" of this kind already.`,
    serviceProvider: provider,
  })
}

function readName(name: string): string {
  const trimmed = name.trim()
  if (trimmed.length === 0 || trimmed.length > serviceProviderLimits.nameLengthMax) {
    throw new ClientError('BAD_INPUT', `"name" has 1 to ${serviceProviderLimits.nameLengthMax} characters.`)
  }
  return trimmed
}
