/** Writes the answers of a list of requests as one response: their bodies in the order in which they were asked. */
import type { WireResponse } from './wire.ts'

// Each says in its body what became of it. A status can only speak for all of them.
export const joinAnswers = (answers: readonly WireResponse[]): WireResponse => ({
  status: 200,
  headers: Object.assign({}, ...answers.map(({ headers }) => headers)) as WireResponse['headers'],
  body: `[${answers.map(wholeBody).join(',')}]`,
})

function wholeBody({ body }: WireResponse): string {
  if (typeof body === 'string') return body
  throw new Error('A stream was made for a request of a list.')
}
