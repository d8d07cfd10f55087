/** How other subgraphs' references to providers and assignments are resolved. An assignment only for who may see it. */
import { type EntityDefinitions, keyOnly } from '@souk/kit'
import { maySee } from './assignments/assignment-access.ts'
import type { ServiceProvidersModules } from './modules.ts'

export const entities: EntityDefinitions<ServiceProvidersModules> = {
  ServiceProvider: { id: ({ modules }, ids) => modules.providers.byIds(ids) },
  ServiceAssignment: {
    id: async ({ modules, viewer }, ids) => {
      const found = await modules.assignments.byIds(ids)
      return new Map([...found].filter(([, assignment]) => maySee(viewer, assignment)))
    },
  },
  Shop: { id: keyOnly('id') },
}
