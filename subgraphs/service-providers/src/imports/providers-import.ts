/** Providers and assignments as an import brings them, and the checks that they have to pass before any row is written. */
import { ClientError } from '@souk/contracts'
import { readScopes } from '../assignments/assignable-scopes.ts'
import { serviceProviderLimits } from '../config.ts'
import type { ServiceProviderKind } from '../providers/provider.ts'

export type ImportedProviders = {
  readonly providers: readonly {
    readonly id: string
    readonly name: string
    readonly kind: ServiceProviderKind
  }[]
  readonly assignments: readonly {
    readonly id: string
    readonly providerId: string
    readonly shopId: string
    readonly scopes: readonly string[]
    readonly from: Date
  }[]
}

export function assertImportable({ providers, assignments }: ImportedProviders): void {
  const rows = providers.length + assignments.length
  if (rows > serviceProviderLimits.importRowsMax) {
    throw new ClientError(
      'BAD_INPUT',
      `An import has at most ${serviceProviderLimits.importRowsMax} rows; ${rows} were sent. Send them in parts.`,
    )
  }
  for (const { scopes } of assignments) readScopes(scopes)
}
