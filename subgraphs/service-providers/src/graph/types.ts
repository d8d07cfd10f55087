/** Resolvers of the fields of providers, assignments and shops. Every list shows only what the viewer may see. */
import { type ConnectionArguments, connectionOf, loadEntity, readPage } from '@souk/kit'
import type { AssignmentState, ServiceAssignment } from '../assignments/assignment.ts'
import { sightOf } from '../assignments/assignment-access.ts'
import type { AssignmentCursor, AssignmentQuery } from '../assignments/assignment-store.ts'
import { entities } from '../entities.ts'
import type { ServiceProvidersContext } from '../modules.ts'

type AssignmentsArguments = ConnectionArguments & { readonly state?: AssignmentState | null }
type Pages = (
  ids: readonly string[],
  query: AssignmentQuery,
) => Promise<ReadonlyMap<string, readonly ServiceAssignment[]>>
type PagesOf = (modules: ServiceProvidersContext['modules']) => Pages

const assignmentsOf =
  (owner: string, pagesOf: PagesOf) =>
  async (
    { id }: { id: string },
    { state = null, ...args }: AssignmentsArguments,
    context: ServiceProvidersContext,
  ) => {
    const { loaders, modules, viewer } = context
    const page = readPage(args, readCursor)
    const query = { state, sight: sightOf(viewer), page }
    const name = `assignments of ${owner}, ${state}, ${page.limit} after ${page.after?.proposedAt} ${page.after?.id}`
    const assignments = await loaders.load(name, id, (ids) => pagesOf(modules)(ids, query))
    return connectionOf(assignments ?? [], page, (assignment) => [
      assignment.proposedAt.toISOString(),
      assignment.id,
    ])
  }

export const types = {
  ServiceProvider: {
    assignments: assignmentsOf('providers', (modules) => modules.assignments.pagesOfProviders),
  },
  Shop: { serviceAssignments: assignmentsOf('shops', (modules) => modules.assignments.pagesOfShops) },
  ServiceAssignment: {
    provider: (assignment: ServiceAssignment, _args: object, context: ServiceProvidersContext) =>
      loadEntity(
        entities,
        { typeName: 'ServiceProvider', keyField: 'id', key: assignment.providerId },
        context,
      ),
    shop: (assignment: ServiceAssignment) => ({ id: assignment.shopId }),
    from: (assignment: ServiceAssignment) => ('activeFrom' in assignment ? assignment.activeFrom : null),
    to: (assignment: ServiceAssignment) => ('activeTo' in assignment ? assignment.activeTo : null),
  },
}

function readCursor([proposedAt, id]: readonly unknown[]): AssignmentCursor | undefined {
  if (typeof proposedAt !== 'string' || typeof id !== 'string' || !isTime(proposedAt)) return undefined
  return { proposedAt, id }
}

// Exactly as it was written, and of the years 1970 to 9999: what only JavaScript can read must not reach the database.
const isTime = (text: string): boolean =>
  text.length === 24 && Date.parse(text) >= 0 && new Date(text).toISOString() === text
