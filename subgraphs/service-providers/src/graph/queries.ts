/** Resolvers of the root query fields. */
import { type ConnectionArguments, connectionOf, loadEntity, readIdCursor, readPage } from '@souk/kit'
import { entities } from '../entities.ts'
import type { ServiceProvidersContext } from '../modules.ts'
import type { ServiceProviderKind } from '../providers/provider.ts'

type ProvidersArguments = ConnectionArguments & {
  readonly filter?: { readonly kind?: ServiceProviderKind | null } | null
}

export const queries = {
  serviceProvider: (_root: unknown, { id }: { id: string }, context: ServiceProvidersContext) =>
    loadEntity(entities, { typeName: 'ServiceProvider', keyField: 'id', key: id }, context),

  serviceProviders: async (
    _root: unknown,
    { filter, ...args }: ProvidersArguments,
    { modules }: ServiceProvidersContext,
  ) => {
    const page = readPage(args, readIdCursor)
    return connectionOf(await modules.providers.page(filter?.kind ?? null, page), page, (provider) => [
      provider.id,
    ])
  },

  serviceAssignment: (_root: unknown, { id }: { id: string }, context: ServiceProvidersContext) =>
    loadEntity(entities, { typeName: 'ServiceAssignment', keyField: 'id', key: id }, context),

  _internalAssignedShops: (
    _root: unknown,
    { serviceProviderId }: { serviceProviderId: string },
    { modules }: ServiceProvidersContext,
  ) => modules.assignments.activeShopIds(serviceProviderId),
}
