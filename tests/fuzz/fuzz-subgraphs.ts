/** What a subgraph sends, changed: its JSON member by member and byte by byte, its errors, its events. */
import fc from 'fast-check'
import { anyCase } from './fuzz-documents.ts'
import { askChecked, type Bench, type Campaign, caseMsMax } from './fuzz-bench.ts'
import { checkEvents } from './fuzz-streams.ts'
import { httpClient, postJson } from './http-client.ts'
import { checkAnswer } from './oracles.ts'
import { jsonText, mutate, mutations } from './weird-values.ts'

const queries = [
  '{ product(id: 1) { id mean label reviews { id stars any tags author { name reviews { stars } } product { name label } } } }',
  '{ reviews { stars any tags product { id name price label } author { name } } }',
  '{ search { __typename ... on Product { mean reviews { stars } } ... on Shop { rating title } } }',
  '{ review(id: 1) { __typename id stars } product(id: 1) { shop { rating } related { mean } } }',
  'mutation { rate(id: 1, stars: 2) { stars product { name mean } } }',
]

const path = fc.array(
  fc.constantFrom('_entities', 'reviews', 'product', 'stars', 'label', '__proto__', '', 0, 1, -1, 1.5, 99),
  {
    maxLength: 5,
  },
)
const code = fc.constantFrom(
  '',
  'INTERNAL_SERVER_ERROR',
  'GW_INTERNAL',
  'GRAPHQL_VALIDATION_FAILED',
  'SUBGRAPH_UNAVAILABLE',
)
const oddError = fc.oneof(
  jsonText,
  fc
    .record({
      path: fc.oneof(
        path.map((all) => JSON.stringify(all)),
        jsonText,
      ),
      code,
      extensions: jsonText,
    })
    .map(
      (one) =>
        `{"message":"zebra","path":${one.path},"locations":[{"line":1,"column":1}],"extensions":{"code":"${one.code}","stacktrace":["zebra"],"x":${one.extensions}}}`,
    ),
  path.map((all) => `{"message":"zebra","path":${JSON.stringify(all)}}`),
  // Meant for the client, with what is not.
  fc
    .tuple(path, jsonText)
    .map(
      ([all, value]) =>
        `{"message":"no","path":${JSON.stringify(all)},"extensions":{"code":"NOT_FOUND","stacktrace":"zebra","exception":{"a":"zebra"},"x":${value}}}`,
    ),
)

type Change = {
  readonly at: number
  readonly value: string
  readonly kind: 'replace' | 'twice' | 'errors' | 'bytes' | 'list' | 'whole'
}

const change = fc.record({
  at: fc.nat(200),
  value: jsonText,
  kind: fc.constantFrom(
    'replace',
    'replace',
    'replace',
    'twice',
    'errors',
    'errors',
    'bytes',
    'list',
    'whole',
  ),
})

export const subgraphAnswersCampaign: Campaign = {
  name: 'subgraph answers',
  percent: 8,
  property: ({ graph, client }: Bench) =>
    anyCase(
      fc.record({
        query: fc.constantFrom(...queries),
        changes: fc.array(change, { minLength: 1, maxLength: 3 }),
        errors: fc.array(oddError, { maxLength: 4 }),
        bytes: mutations,
      }),
      async ({ query, changes, errors, bytes }) => {
        graph.fault = {
          answer(honest) {
            let text: Buffer | string = honest
            for (const one of changes) text = applied(text.toString(), one, { errors, bytes })
            return text
          },
        }
        const answer = await client.ask(postJson({ query }))
        graph.fault = undefined
        if (answer?.status !== 200) throw new Error(`${answer?.status}: ${answer?.body}`)
        checkAnswer(answer.body)
        if (answer.body.includes('"GW_INTERNAL"') && !errors.some((text) => text.includes('GW_INTERNAL')))
          throw new Error(answer.body)
      },
    ),
}

type Used = { readonly errors: readonly string[]; readonly bytes: Parameters<typeof mutate>[1] }

function applied(text: string, { at, value, kind }: Change, { errors, bytes }: Used): Buffer | string {
  switch (kind) {
    case 'replace':
      return replaceValue(text, at, () => value)
    case 'twice':
      return replaceValue(text, at, (old) => `${old},"__proto__":${value},"id":${value}`)
    case 'list':
      return replaceValue(text, at, (old) => `[${Array.from({ length: 2_000 }, () => old).join()}]`)
    case 'errors':
      return text.replace(/^\{/, `{"errors":[${errors.join()}],`)
    case 'bytes':
      return mutate(text, bytes)
    case 'whole':
      return at % 2 === 0 ? value : `{"data":${value}}`
    default:
      return kind satisfies never
  }
}

/** Of a member, the one that is meant: what is behind its colon up to the next mark. */
function replaceValue(text: string, at: number, change: (old: string) => string): string {
  const places = [...text.matchAll(/":("(?:[^"\\]|\\.)*"|[\d.]+|null|true|false|\[[^[\]{}]*\]|\{[^{}]*\})/g)]
  const place = places[at % Math.max(1, places.length)]
  if (place === undefined) return text
  const start = place.index + 2
  const old = place[1] ?? ''
  return `${text.slice(0, start)}${change(old)}${text.slice(start + old.length)}`
}

const event = fc.oneof(
  fc.constant(
    'event: next\ndata: {"data":{"reviewed":{"id":"1","stars":4,"product":{"__typename":"Product","id":"1"}}}}\n\n',
  ),
  jsonText.map((value) => `event: next\ndata: {"data":{"reviewed":${value}}}\n\n`),
  jsonText.map(
    (value) => `event: next\ndata: {"data":{"reviewed":{"id":"1","stars":${value},"product":${value}}}}\n\n`,
  ),
  oddError.map((error) => `event: next\ndata: {"errors":[${error}],"data":{"reviewed":null}}\n\n`),
  jsonText.map((value) => `event: next\ndata: ${value}\n\n`),
  fc.constantFrom(
    ':\n\n',
    'event: complete\ndata:\n\n',
    'event: next\n\n',
    'data: {}\n\n',
    'retry: 1\n\n',
    'id: \0\n\n',
    'event: complete',
  ),
)

export const subgraphEventsCampaign: Campaign = {
  name: 'subgraph events',
  percent: 2,
  property: ({ graph }: Bench) =>
    anyCase(
      fc.record({ events: fc.array(event, { maxLength: 6 }), changes: mutations }),
      async ({ events, changes }) => {
        graph.fault = { events: mutate(events.join(''), changes) }
        // A connection of its own: events are shared by those that ask at once.
        const client = httpClient(graph.url, caseMsMax)
        const headers = { accept: 'text/event-stream' }
        const answer = await client.ask(
          postJson({ query: 'subscription { reviewed { stars product { id name } } }' }, headers),
        )
        client.close()
        graph.fault = undefined
        if (answer === undefined) throw new Error('The events ended without their end.')
        if (answer.status >= 500) throw new Error(`${answer.status}: ${answer.body}`)
        if (/event-stream/.test(String(answer.headers['content-type']))) checkEvents(answer.body)
        else await askChecked(httpClient(graph.url, caseMsMax), { method: 'GET' })
      },
    ),
}
