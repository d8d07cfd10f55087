/** Makes a person a creator, once. */
import { ClientError, type Ids } from '@souk/contracts'
import { type Clock, done, type Outcome, refuse } from '@souk/kit'
import { creatorsLimits } from '../config.ts'
import { creatorAlreadyRegistered } from '../refusals.ts'
import type { Creator } from './creator.ts'
import type { CreatorStore } from './creator-store.ts'

export type RegisterCreator = {
  readonly store: CreatorStore
  readonly ids: Ids
  readonly clock: Clock
}

export async function registerCreator(
  { store, ids, clock }: RegisterCreator,
  person: { readonly userId: string; readonly displayName: string },
): Promise<Outcome<Creator, ReturnType<typeof creatorAlreadyRegistered>>> {
  const displayName = person.displayName.trim()
  if (displayName.length === 0 || displayName.length > creatorsLimits.displayNameLengthMax) {
    throw new ClientError(
      'BAD_INPUT',
      `"displayName" has 1 to ${creatorsLimits.displayNameLengthMax} characters.`,
    )
  }
  const creator: Creator = {
    id: ids.next(),
    userId: person.userId,
    displayName,
    organizationId: null,
    showcase: false,
    liveSelling: false,
    createdAt: clock.now(),
  }
  if (await store.insert(creator)) return done(creator)
  const existing = (await store.byUserIds([person.userId])).get(person.userId)
  if (existing === undefined)
    throw new Error(`A creator of the person ${person.userId} neither was there nor could be made.`)
  return refuse(creatorAlreadyRegistered(existing))
}
