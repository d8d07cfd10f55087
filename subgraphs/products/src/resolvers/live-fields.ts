/** The subscription fields of products. */
import { type LiveFields, loadEntity } from '@souk/kit'
import { entities } from '../entities.ts'
import type { Modules } from '../modules.ts'

export const liveFields: LiveFields<Modules> = {
  offerUpdated: {
    what: 'offer',
    idOf: ({ offerId }: { offerId: string }) => offerId,
    load: ({ offerId }: { offerId: string }, context) =>
      loadEntity(entities, { typeName: 'Offer', keyField: 'id', key: offerId }, context),
    changes: { 'offer.changed.v1': 0 },
  },
}
