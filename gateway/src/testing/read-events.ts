/** Reads answers that come one after the other as a client does: those of a subscription, as server-sent events. */
import { createParser } from 'eventsource-parser'
import type { WireResponse } from '../request/wire.ts'

/** An answer that comes as one is read as the only one. */
export async function* readEvents<Answer>({ body }: WireResponse): AsyncGenerator<Answer, void, undefined> {
  if (typeof body === 'string') return yield JSON.parse(body) as Answer
  const came: Answer[] = []
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === 'next') came.push(JSON.parse(data) as Answer)
    },
  })
  for await (const piece of body) {
    parser.feed(piece)
    yield* came.splice(0)
  }
}
