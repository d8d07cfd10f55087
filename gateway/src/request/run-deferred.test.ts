/** Answers in parts: what comes first, what comes later, and what never comes. */
import { afterEach, expect, test } from 'vitest'
import { hold, letAllGo, openShop, readAll } from '../testing/deferred-shop.ts'
import { readEvents } from '../testing/read-events.ts'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

afterEach(letAllGo)

test('the first answer comes while what is deferred is still being fetched', async () => {
  await using graph = await openShop()
  const { asked, letGo: end } = hold(graph.ratings)
  const { answers } = await graph.ask('{ product { title ... @defer(label: "later") { stars } } }')
  expect((await answers.next()).value).toEqual({ data: { product: { title: 'Chair' } }, hasNext: true })
  await asked
  end()
  expect((await answers.next()).value).toEqual({
    incremental: [{ data: { stars: 10 }, path: ['product'], label: 'later' }],
    hasNext: false,
  })
  expect(await answers.next()).toEqual({ done: true, value: undefined })
})

test('what a fetch brings early is not in the first answer', async () => {
  await using graph = await openShop()
  const { asked, letGo: end } = hold(graph.shop)
  const answering = graph.ask('{ product { title } ... @defer { best } }')
  await asked
  // The deferred fetch has long been answered when the first answer can be given.
  expect(graph.ratings.calls).toHaveLength(1)
  end()
  const { answers } = await answering
  expect((await answers.next()).value).toEqual({ data: { product: { title: 'Chair' } }, hasNext: true })
  expect((await answers.next()).value).toEqual({
    incremental: [{ data: { best: 5 }, path: [] }],
    hasNext: false,
  })
})

test('what a deferred fetch has of a shared object does not show where the first answer has none', async () => {
  const failing = testSubgraph('a', 'type Query { half: Half @shareable } type Half @shareable { a: Int }', {
    Query: { half: () => Promise.reject(new Error('There is none.')) },
  })
  const quick = testSubgraph('b', 'type Query { half: Half @shareable } type Half @shareable { b: Int }', {
    Query: { half: () => ({ b: 2 }) },
  })
  const { asked, letGo: end } = hold(failing)
  await using gateway = await testGateway([failing, quick])
  const body = { query: '{ half { a ... @defer { b } } }' }
  const answering = gateway.respond({ headers: { accept: 'text/event-stream' }, body })
  await asked
  expect(quick.calls).toHaveLength(1)
  end()
  expect(await readAll(readEvents(await answering))).toMatchObject([
    { data: { half: null }, errors: [{ path: ['half'] }] },
  ])
})

test('each object of a list has its part', async () => {
  await using graph = await openShop()
  expect(await graph.askAll('{ products { title ... @defer { stars } } }')).toEqual([
    { data: { products: [{ title: 'Chair' }, { title: 'Table' }] }, hasNext: true },
    {
      incremental: [
        { data: { stars: 10 }, path: ['products', 0] },
        { data: { stars: 20 }, path: ['products', 1] },
      ],
      hasNext: false,
    },
  ])
  expect(graph.ratings.calls).toHaveLength(1)
})

test('a fragment in a deferred one comes after it, and names go as the client has them', async () => {
  await using graph = await openShop()
  const query = `{ a: product { id: title ... @defer(label: "outer") {
    r: rater { id ... @defer(label: "inner") { called: name } } } } }`
  const { letGo: end } = hold(graph.people)
  const { answers } = await graph.ask(query)
  expect((await answers.next()).value).toEqual({ data: { a: { id: 'Chair' } }, hasNext: true })
  expect((await answers.next()).value).toEqual({
    incremental: [{ data: { r: { id: 'p1' } }, path: ['a'], label: 'outer' }],
    hasNext: true,
  })
  end()
  expect((await answers.next()).value).toEqual({
    incremental: [{ data: { called: 'Name of p1' }, path: ['a', 'r'], label: 'inner' }],
    hasNext: false,
  })
})

test('of two fragments the one that ends first comes first', async () => {
  await using graph = await openShop()
  const { letGo: end } = hold(graph.ratings)
  const { answers } = await graph.ask('{ product { id ... @defer { stars } ... @defer { title } } }')
  await answers.next()
  expect((await answers.next()).value).toMatchObject({ incremental: [{ data: { title: 'Chair' } }] })
  end()
  expect((await answers.next()).value).toMatchObject({
    incremental: [{ data: { stars: 10 } }],
    hasNext: false,
  })
})

test('what is wanted at once and later is there at once, and in the part as well', async () => {
  await using graph = await openShop()
  expect(await graph.askAll('{ product { title ... @defer { title stars } } }')).toEqual([
    { data: { product: { title: 'Chair' } }, hasNext: true },
    { incremental: [{ data: { title: 'Chair', stars: 10 }, path: ['product'] }], hasNext: false },
  ])
})

test('a fragment of an interface or a union comes where it applies', async () => {
  await using graph = await openShop()
  const query = `{ things { title ... on Product @defer { stars } } found { ... on Service { hours } ...Stars @defer } }
    fragment Stars on Service { stars }`
  expect(await graph.askAll(query)).toEqual([
    { data: { things: [{ title: 'Chair' }, { title: 'Repair' }], found: [{}, { hours: 3 }] }, hasNext: true },
    {
      incremental: [
        { data: { stars: 10 }, path: ['things', 0] },
        { data: { stars: 90 }, path: ['found', 1] },
      ],
      hasNext: false,
    },
  ])
})

test('a null that must not be ends at its fragment', async () => {
  await using graph = await openShop()
  const [first, second] = await graph.askAll('{ products { title ... @defer { stars sure } } }')
  expect(first).toEqual({ data: { products: [{ title: 'Chair' }, { title: 'Table' }] }, hasNext: true })
  expect(second).toMatchObject({
    incremental: [
      { data: { stars: 10, sure: 1 }, path: ['products', 0] },
      { data: null, path: ['products', 1], errors: [{ path: ['products', 1, 'sure'] }] },
    ],
  })
})

test('what failed is said in the part that misses it', async () => {
  await using graph = await openShop()
  graph.ratings.answerWith = () => Promise.reject(new Error('It is down.'))
  const [first, second] = await graph.askAll('{ product { title ... @defer { stars } } }')
  expect(first).toEqual({ data: { product: { title: 'Chair' } }, hasNext: true })
  expect(second).toMatchObject({
    incremental: [{ data: { stars: null }, path: ['product'], errors: [{ path: ['product', 'stars'] }] }],
    hasNext: false,
  })
})

test('where nothing has a deferred fragment there is one answer', async () => {
  await using graph = await openShop()
  const { status, answers } = await graph.ask('{ product(id: 7) { title ... @defer { stars } } }')
  expect(status).toBe(200)
  expect(await readAll(answers)).toEqual([{ data: { product: null } }])
})

test('a fragment whose object a null took never comes', async () => {
  await using graph = await openShop()
  // The first product is well, and lost with the second.
  const answers = await graph.askAll('{ products { sure ... @defer { title } } best }')
  expect(answers).toMatchObject([
    { data: { products: null, best: 5 }, errors: [{ path: ['products', 1, 'sure'] }] },
  ])
  expect(answers).toHaveLength(1)
})

test('an object without a key has its deferred fields at once, and where that is all, the answer is one', async () => {
  await using graph = await openShop()
  expect(await graph.askAll('{ product { size { width ... @defer { height } } } }')).toEqual([
    { data: { product: { size: { width: 1, height: 2 } } } },
  ])
  const query = '{ product { size { width ... @defer { height } } ... @defer { stars } } }'
  const { letGo: end } = hold(graph.ratings)
  const { answers } = await graph.ask(query)
  expect((await answers.next()).value).toMatchObject({ data: { product: { size: { width: 1 } } } })
  expect((await answers.next()).value).toEqual({
    incremental: [{ data: { height: 2 }, path: ['product', 'size'] }],
    hasNext: true,
  })
  end()
  expect((await answers.next()).value).toMatchObject({
    incremental: [{ data: { stars: 10 } }],
    hasNext: false,
  })
})

test('conditions hold inside of deferred fragments, and for them', async () => {
  await using graph = await openShop()
  const query = `query($a: Boolean!, $b: Boolean!) {
    product { title ... @defer @include(if: $a) { stars rater @skip(if: $b) { name } } } }`
  const ask = (a: boolean, b: boolean) => graph.askAll(query, { variables: { a, b } })
  const first = { data: { product: { title: 'Chair' } } }
  expect(await ask(false, false)).toEqual([first])
  expect((await ask(true, true))[1]).toMatchObject({ incremental: [{ data: { stars: 10 } }] })
  expect((await ask(true, false))[1]).toEqual({
    incremental: [{ data: { stars: 10, rater: { name: 'Name of p1' } }, path: ['product'] }],
    hasNext: false,
  })
})
