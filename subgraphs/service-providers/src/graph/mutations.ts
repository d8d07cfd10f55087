/** Resolvers of the root mutation fields: each runs a command and shows its outcome as a member of its union. */
import { toResultUnion } from '@souk/kit'
import {
  acceptProposal,
  closeAssignment,
  declineProposal,
  type ProposalInput,
  proposeAssignment,
} from '../assignments/change-assignment.ts'
import { assertImportable, type ImportedProviders } from '../imports/providers-import.ts'
import type { ServiceProvidersContext } from '../modules.ts'
import type { ServiceProviderKind } from '../providers/provider.ts'
import { registerProvider } from '../providers/register-provider.ts'
import { runTransferAssignment, type TransferInput } from '../transfer-assignment/run-transfer-assignment.ts'

type Input<Fields> = { readonly input: Fields }
type OfAssignment = Input<{ readonly serviceAssignmentId: string }>
type Registration = Input<{ readonly name: string; readonly kind: ServiceProviderKind }>

const payload = (typeName: string) => (serviceAssignment: object) => ({
  __typename: typeName,
  serviceAssignment,
})

export const mutations = {
  serviceProviderRegister: async (
    _root: unknown,
    { input }: Registration,
    context: ServiceProvidersContext,
  ) =>
    toResultUnion(await registerProvider(context, input), (serviceProvider) => ({
      __typename: 'ServiceProviderRegistered',
      serviceProvider,
    })),

  serviceAssignmentPropose: async (
    _root: unknown,
    { input }: Input<ProposalInput>,
    context: ServiceProvidersContext,
  ) => toResultUnion(await proposeAssignment(context, input), payload('ServiceAssignmentProposed')),

  serviceAssignmentAccept: async (
    _root: unknown,
    { input }: OfAssignment,
    context: ServiceProvidersContext,
  ) =>
    toResultUnion(
      await acceptProposal(context, input.serviceAssignmentId),
      payload('ServiceAssignmentAccepted'),
    ),

  serviceAssignmentDecline: async (
    _root: unknown,
    { input }: OfAssignment,
    context: ServiceProvidersContext,
  ) =>
    toResultUnion(
      await declineProposal(context, input.serviceAssignmentId),
      payload('ServiceAssignmentDeclined'),
    ),

  serviceAssignmentEnd: async (_root: unknown, { input }: OfAssignment, context: ServiceProvidersContext) =>
    toResultUnion(
      await closeAssignment(context, input.serviceAssignmentId),
      payload('ServiceAssignmentEnded'),
    ),

  serviceAssignmentTransfer: async (
    _root: unknown,
    { input }: Input<TransferInput>,
    context: ServiceProvidersContext,
  ) =>
    toResultUnion(await runTransferAssignment(context, input), (transfer) => ({
      __typename: 'ServiceAssignmentTransferred',
      ...transfer,
    })),

  _internalServiceProvidersImport: async (
    _root: unknown,
    { serviceProviders }: { serviceProviders: ImportedProviders },
    { modules, clock }: ServiceProvidersContext,
  ) => {
    assertImportable(serviceProviders)
    return await modules.imports.insertNew(serviceProviders, clock.now())
  },
}
