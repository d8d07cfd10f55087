/** Answers in parts as clients get them: who gets parts at all, in which form, for how long, and how many. */
import { afterEach, expect, test } from 'vitest'
import { hold, letAllGo, openShop } from '../testing/deferred-shop.ts'
import { runDeferred } from './run-deferred.ts'

afterEach(letAllGo)

test('`if` decides, for each request anew', async () => {
  await using graph = await openShop()
  const query = 'query($later: Boolean = true) { product { title ... @defer(if: $later) { stars } } }'
  const whole = { data: { product: { title: 'Chair', stars: 10 } } }
  const first = { data: { product: { title: 'Chair' } }, hasNext: true }
  for (const variables of [{ later: true }, {}])
    expect((await graph.askAll(query, { variables }))[0]).toEqual(first)
  expect(await graph.askAll(query, { variables: { later: false } })).toEqual([whole])
  expect(await graph.askAll('{ product { title ... @defer(if: false) { stars } } }')).toEqual([whole])
  expect(graph.gateway.planCounts()).toMatchObject({ planned: 3, failed: 0, unoptimised: 0 })
})

test('a client that reads one answer gets all in one, planned as if nothing were deferred', async () => {
  await using graph = await openShop()
  const query = '{ product { title ... @defer { stars } } }'
  expect(await graph.gateway.ask(query)).toMatchObject({ data: { product: { title: 'Chair', stars: 10 } } })
  expect(graph.shop.calls).toHaveLength(1)
  expect(graph.ratings.calls).toHaveLength(1)
  // In parts it is another plan.
  expect(await graph.askAll(query)).toHaveLength(2)
  expect(await graph.askAll(query, { headers: { accept: 'application/json' } })).toHaveLength(1)
  expect(graph.gateway.planCounts().planned).toBe(2)
})

test('a mutation is answered as one', async () => {
  await using graph = await openShop()
  expect(await graph.askAll('mutation { list { title ... @defer { stars } } }')).toEqual([
    { data: { list: { title: 'Chair', stars: 10 } } },
  ])
})

test('a client that leaves ends what is left to fetch', async () => {
  await using graph = await openShop()
  const { asked } = hold(graph.ratings)
  const { answers } = await graph.ask('{ product { title ... @defer { stars } } }')
  await answers.next()
  const signal = await asked
  expect(signal.aborted).toBe(false)
  await answers.return()
  expect(signal.aborted).toBe(true)
})

test('what takes longer than the request may is null, with an error that says so', async () => {
  await using graph = await openShop({ SOUK_REQUEST_MS_MAX: '100' })
  hold(graph.ratings)
  const [first, second] = await graph.askAll('{ product { title ... @defer { stars } } }')
  expect(first).toMatchObject({ hasNext: true })
  expect(second).toMatchObject({
    incremental: [{ data: { stars: null }, errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }] }],
    hasNext: false,
  })
})

test('what it cost and how it was run comes with the last part', async () => {
  await using graph = await openShop({ SOUK_MODE: 'development' })
  const headers = { 'x-souk-query-plan': '1', 'x-souk-cost': '1' }
  const query = '{ product { title ... @defer { stars } } }'
  const [first, last] = await graph.askAll(query, { headers })
  expect(first).toEqual({ data: { product: { title: 'Chair' } }, hasNext: true })
  expect(last).toMatchObject({
    incremental: [
      {
        extensions: {
          cost: { actual: expect.any(Number) },
          queryPlan: { steps: [{ fetches: [{ state: 'answered' }, { state: 'answered' }] }] },
        },
      },
    ],
  })
})

test('more deferred fragments than the limit are refused, however they come about', async () => {
  await using graph = await openShop({ SOUK_DEFERRED_MAX: '5' })
  const spreads = (name: string): string => `...${name} @defer ...${name} @defer`
  const query = `{ product { ${spreads('A')} } }
    fragment A on Product { ${spreads('B')} } fragment B on Product { title }`
  expect(await graph.askAll(query)).toMatchObject([
    { errors: [{ message: expect.stringContaining('SOUK_DEFERRED_MAX'), extensions: { limit: 5 } }] },
  ])
  expect(
    await graph.askAll('{ product { ...B @defer ...B @defer } } fragment B on Product { title }'),
  ).toHaveLength(2)
})

test('over HTTP the first part is read while the next is held, and each byte is as the form says', async () => {
  await using graph = await openShop()
  const { letGo: end } = hold(graph.ratings)
  const { url } = await graph.gateway.listen()
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;deferSpec=20220824, application/json',
      'accept-encoding': 'gzip, br, zstd',
    },
    body: JSON.stringify({ query: '{ product { title ... @defer(label: "L") { stars } } }' }),
  })
  expect(response.headers.get('content-type')).toBe('multipart/mixed; boundary="-"; deferSpec=20220824')
  expect(response.headers.get('content-encoding')).toBeNull()
  const head = 'content-type: application/json; charset=utf-8\r\n\r\n'
  const firstPart = `\r\n---\r\n${head}{"data":{"product":{"title":"Chair"}},"hasNext":true}\r\n---`
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true })
    if (text === firstPart) end()
  }
  const part = '{"data":{"stars":10},"path":["product"],"label":"L"}'
  expect(text).toBe(`${firstPart}\r\n${head}{"incremental":[${part}],"hasNext":false}\r\n-----\r\n`)
})

test('in the newer form parts are promised by a number, and one that failed is completed with its errors', async () => {
  await using graph = await openShop()
  const query = `{ products { title ... @defer(label: "A") { stars sure rater { id ... @defer(label: "B") { name } } } } }`
  const { body, headers } = await graph.gateway.respond({
    headers: { accept: 'multipart/mixed;incrementalSpec=v0.2, application/json' },
    body: { query },
  })
  expect(headers['content-type']).toBe('multipart/mixed; boundary="-"; incrementalSpec=v0.2')
  let text = ''
  for await (const piece of body) text += piece
  const [first, ...later] = [...text.matchAll(/\r\n\r\n(\{.*\})/g)].map(
    ([, part = '']) => JSON.parse(part) as object,
  )
  expect(first).toEqual({
    data: { products: [{ title: 'Chair' }, { title: 'Table' }] },
    pending: [
      { id: '0', path: ['products', 0], label: 'A' },
      { id: '1', path: ['products', 1], label: 'A' },
    ],
    hasNext: true,
  })
  expect(later).toMatchObject([
    {
      pending: [{ id: '2', path: ['products', 0, 'rater'], label: 'B' }],
      incremental: [{ id: '0', data: { stars: 10, sure: 1, rater: { id: 'p1' } } }],
      completed: [{ id: '0' }, { id: '1', errors: [{ path: ['products', 1, 'sure'] }] }],
      hasNext: true,
    },
    { incremental: [{ id: '2', data: { name: 'Name of p1' } }], completed: [{ id: '2' }], hasNext: false },
  ])
})

test('whoever stops reading ends what is still being fetched', async () => {
  const place = { group: '1', label: undefined, path: [], project: () => ({}) }
  let signal = AbortSignal.abort()
  const answered = await runDeferred({
    operation: { introspect: undefined },
    deferral: {
      start(execution) {
        signal = execution.signal
        const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        return { first: Promise.resolve(), ended: () => ended, all: ended }
      },
      project(run) {
        run.deferred?.push(place)
        return {}
      },
    },
    fetching: {
      transports: new Map(),
      variables: {},
      signal: new AbortController().signal,
      requestId: '',
      viewerToken: '',
      elapsedMs: () => 0,
      deadlineMsLeft: () => 1,
      representationsMax: 1,
    },
    projecting: { variables: {}, rawVariables: {}, errorsMax: 1 },
    onEnd: () => Promise.resolve({}),
  })
  if (answered.kind !== 'incremental') throw new Error('Nothing was left for later.')
  const reading = answered.later[Symbol.asyncIterator]()
  const next = reading.next()
  expect(signal.aborted).toBe(false)
  await reading.return?.()
  expect([signal.aborted, (await next).done]).toEqual([true, true])
})
