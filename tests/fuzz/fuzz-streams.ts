/** Event streams reserved, opened, asked, stopped and left in any order, with tokens of one's own, of others and of nobody. */
import fc from 'fast-check'
import { anyCase } from './fuzz-documents.ts'
import { askChecked, type Bench, type Campaign } from './fuzz-bench.ts'
import type { HttpAsked } from './http-client.ts'
import { checkAnswer } from './oracles.ts'

const queries = [
  '{ product(id: 1) { id mean } }',
  'subscription { changed { id mean } }',
  'subscription { reviewed { stars } }',
  'subscription { ticks }',
  'mutation { add(input: {}) { id } }',
  '{ nothing }',
]

type Step = {
  readonly kind: 'reserve' | 'open' | 'ask' | 'stop' | 'distinct' | 'wrong'
  readonly stream: number
  readonly id: string
  readonly query: string
  readonly place: 'header' | 'parameter'
  readonly who: 'none' | 'u1'
  readonly ms: number
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('reserve', 'open', 'ask', 'ask', 'ask', 'stop', 'distinct', 'wrong'),
  stream: fc.nat(3),
  id: fc.constantFrom('1', '2', '__proto__', 'x'),
  query: fc.constantFrom(...queries),
  place: fc.constantFrom('header', 'parameter'),
  who: fc.constantFrom('none', 'none', 'none', 'u1'),
  ms: fc.constantFrom(0, 1, 5, 30),
})

export const streamsCampaign: Campaign = {
  name: 'event streams',
  percent: 8,
  property: (bench: Bench) =>
    anyCase(
      fc.record({ steps: fc.array(step, { maxLength: 12 }), isAtOnce: fc.boolean() }),
      async ({ steps, isAtOnce }) => {
        const tokens: string[] = []
        const reading: Promise<void>[] = []
        for (const one of [{ ...(first as Step) }, ...steps]) {
          const taken = take(bench, one, tokens)
          if (isAtOnce || one.kind === 'open' || one.kind === 'distinct') reading.push(taken)
          else await taken
        }
        await Promise.all(reading)
      },
    ),
}

const first: Partial<Step> = { kind: 'reserve', who: 'none' }

async function take(bench: Bench, one: Step, tokens: string[]): Promise<void> {
  const { client } = bench
  switch (one.kind) {
    case 'reserve': {
      const { status, body } = await askPlain(bench, { method: 'PUT', headers: headersOf(bench, one) })
      if (status === 201) tokens.push(body)
      else if (status !== 503 && status !== 401) throw new Error(`${status}: ${body}`)
      return
    }
    case 'open':
      return await read(
        bench,
        addressed(bench, { one, tokens }, { method: 'GET', headers: { accept: 'text/event-stream' } }),
        one.ms,
      )
    case 'ask': {
      const body = JSON.stringify({ query: one.query, extensions: { operationId: one.id } })
      const headers = { 'content-type': 'application/json' }
      await askPlain(bench, addressed(bench, { one, tokens }, { method: 'POST', headers, body }))
      return
    }
    case 'stop':
      await askPlain(
        bench,
        addressed(bench, { one, tokens }, { method: 'DELETE', path: `/graphql?operationId=${one.id}&` }),
      )
      return
    case 'distinct': {
      const headers = { accept: 'text/event-stream', 'content-type': 'application/json' }
      return await read(bench, { headers, body: JSON.stringify({ query: one.query }) }, one.ms)
    }
    case 'wrong':
      await askChecked(
        client,
        addressed(bench, { one, tokens }, { method: 'PUT', headers: { accept: 'x' }, body: '{' }),
      ).catch(ignoreToken)
      return
    default:
      one.kind satisfies never
  }
}

// What it is answered with is the token, which is no JSON, where there is place for one more.
const ignoreToken = (error: unknown): void => {
  if (!(error instanceof SyntaxError)) throw error
}

const headersOf = ({ graph }: Bench, { who }: Step): Record<string, string> =>
  who === 'none' ? {} : { authorization: `Bearer ${graph.token}` }

function addressed(
  bench: Bench,
  { one, tokens }: { readonly one: Step; readonly tokens: readonly string[] },
  { headers, path = '/graphql?', ...asked }: HttpAsked,
): HttpAsked {
  const token = tokens[one.stream] ?? '00000000-0000-4000-8000-000000000000'
  const own: Record<string, string> = one.place === 'header' ? { 'x-graphql-event-stream-token': token } : {}
  const query = one.place === 'parameter' ? `token=${token}` : ''
  return { ...asked, path: `${path}${query}`, headers: { ...headers, ...own, ...headersOf(bench, one) } }
}

async function askPlain(
  { client }: Bench,
  asked: HttpAsked,
): Promise<{ readonly status: number; readonly body: string }> {
  const answer = await client.ask(asked)
  if (answer === undefined) throw new Error('The connection was closed without an answer.')
  const isFull = answer.body.includes('GW_TOO_MANY_CONNECTIONS')
  if (answer.status >= 500 && !isFull) throw new Error(`${answer.status}: ${answer.body}`)
  checkAnswer(answer.body, { isGraphQL: answer.body.startsWith('{') })
  return answer
}

async function read({ client }: Bench, asked: HttpAsked, ms: number): Promise<void> {
  const answer = await client.ask({ ...asked, hangUpAfter: { ms: 20 + ms } })
  if (answer === undefined) return
  if (answer.status >= 500 && !answer.body.includes('GW_TOO_MANY_CONNECTIONS'))
    throw new Error(`${answer.status}: ${answer.body}`)
  if (/event-stream/.test(String(answer.headers['content-type']))) checkEvents(answer.body)
  else checkAnswer(answer.body)
}

/** Each event that came whole is an answer. */
export function checkEvents(text: string): void {
  checkAnswer(text, { isGraphQL: false })
  for (const event of text.split('\n\n')) {
    const [, data] = /^event: next\ndata: (.*)$/.exec(event) ?? []
    if (data === undefined) continue
    const came = JSON.parse(data) as { readonly id?: string; readonly payload?: object }
    checkAnswer(JSON.stringify(came.id === undefined ? came : came.payload))
  }
}
