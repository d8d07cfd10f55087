/** The flights that others may join: those of one kind are compared with what is asked, member by member. */
import type { Flight } from './flight.ts'

export type Flights<Group, Question, Answer> = {
  readonly find: (group: Group, question: Question) => Flight<Answer> | undefined
  readonly list: (group: Group, question: Question, flight: Flight<Answer>) => void
  readonly delist: (group: Group, question: Question) => void
}

/**
 * Compared, not keyed by a text: the usual call finds nobody to share with, and would have its variables written out for nothing.
 * `serves` decides whether what is in flight will do for another question.
 */
export function createFlights<Group, Question, Answer>(
  serves: (inFlight: Question, asked: Question) => boolean,
): Flights<Group, Question, Answer> {
  type Listed = { readonly question: Question; readonly flight: Flight<Answer> }
  const groups = new Map<Group, Listed[]>()
  return {
    find: (group, asked) => groups.get(group)?.find(({ question }) => serves(question, asked))?.flight,
    list(group, question, flight) {
      const listed = groups.get(group)
      if (listed === undefined) groups.set(group, [{ question, flight }])
      else {
        if (listed.length >= comparedMax) listed.shift()
        listed.push({ question, flight })
      }
    },
    delist(group, question) {
      const listed = groups.get(group) ?? []
      const at = listed.findIndex((one) => one.question === question)
      if (at >= 0) listed.splice(at, 1)
      if (listed.length === 0) groups.delete(group)
    },
  }
}

// With more in flight that differ in variables, the latest are compared: a twin that is missed costs a call, no more.
const comparedMax = 16
