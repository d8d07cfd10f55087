/** Checks what needs no other subgraph: the rate, and that the plan doesn't reach into the past. */
import { ClientError } from '@souk/contracts'
import { done, type Outcome, refuse } from '@souk/kit'
import { creatorsLimits } from '../config.ts'
import { rateTooHigh } from '../refusals.ts'

export function checkTerms(
  { rateBps, startsAt }: { readonly rateBps: number; readonly startsAt: Date | null },
  now: Date,
): Outcome<{ readonly startsAt: Date }, ReturnType<typeof rateTooHigh>> {
  // Orders that are paid already would owe commission that nobody had agreed to.
  if (startsAt !== null && startsAt < now)
    throw new ClientError('BAD_INPUT', '"startsAt" must not lie in the past.')
  if (rateBps > creatorsLimits.rateBpsMax) return refuse(rateTooHigh(rateBps))
  return done({ startsAt: startsAt ?? now })
}
