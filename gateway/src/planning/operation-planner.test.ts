/** Where planning happens and how it ends: at once, in a thread of its own, or with a sentence that says which limit was met. */
import { expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const people = () =>
  testSubgraph(
    'people',
    'type Query { me: Person } type Person @key(fields: "id") { id: ID! name: String friends: [Person!]! }',
    {
      Query: { me: () => ({ id: '1', name: 'Ada', friends: [{ id: '2', name: 'Bo', friends: [] }] }) },
    },
  )
const scores = () =>
  testSubgraph('scores', 'type Person @key(fields: "id") { id: ID! score: Int }', {
    Person: { __resolveReference: ({ id }: { id: string }) => ({ id, score: Number(id) * 10 }) },
  })

const query =
  'query Mine($more: Boolean!) { me { id: name score friends @include(if: $more) { n: id score } } }'
const answer = { id: 'Ada', score: 10, friends: [{ n: '2', score: 20 }] }

test('what takes many steps is planned in a thread, and answered the same', async () => {
  await using here = await testGateway([people(), scores()])
  await using there = await testGateway([people(), scores()], { SOUK_PLAN_INLINE_STEPS_MAX: '5' })
  for (const gateway of [here, there])
    expect(await gateway.ask(query, { variables: { more: true } })).toMatchObject({ data: { me: answer } })
  expect(await there.explain(query)).toBe(await here.explain(query))
  expect(here.planCounts()).toMatchObject({ planned: 2, offThread: 0 })
  expect(there.planCounts()).toMatchObject({ planned: 2, offThread: 2, failed: 0 })
})

test('beyond a limit an operation is refused with the limit, and the next one is answered', async () => {
  await using gateway = await testGateway([people(), scores()], {
    SOUK_PLAN_INLINE_STEPS_MAX: '5',
    SOUK_PLAN_STEPS_MAX: '20',
  })
  const { errors } = await gateway.ask(query, { variables: { more: true } })
  expect(errors).toMatchObject([{ extensions: { code: 'GW_LIMIT_EXCEEDED' } }])
  expect(errors?.[0]?.message).toContain('20 steps')
  expect(await gateway.ask('{ me { name } }')).toMatchObject({ data: { me: { name: 'Ada' } } })
})

test('conditions in more alternatives than the limit are refused with the limit', async () => {
  await using gateway = await testGateway([people(), scores()], { SOUK_PLAN_ALTERNATIVES_MAX: '2' })
  const asked = (count: number): string => {
    const names = ['a', 'b', 'c'].slice(0, count)
    const variables = names.map((name) => `$${name}: Boolean!`).join(' ')
    return `query(${variables}) { me { ${names.map((name) => `name @include(if: $${name})`).join(' ')} } }`
  }
  const ask = async (count: number) =>
    await gateway.ask(asked(count), { variables: { a: false, b: true, c: false } })
  expect(await ask(2)).toMatchObject({ data: { me: { name: 'Ada' } } })
  expect((await ask(3)).errors).toMatchObject([
    {
      message: 'The operation has more than 2 alternatives of conditions in one place.',
      extensions: { code: 'GW_LIMIT_EXCEEDED' },
    },
  ])
})

test('planning that takes too long ends with its thread, and the next operation gets a new one', async () => {
  await using gateway = await testGateway([people(), scores()], {
    SOUK_PLAN_INLINE_STEPS_MAX: '5',
    SOUK_PLAN_MS_MAX: '1',
  })
  const ask = () => gateway.ask(query, { variables: { more: true } })
  const answers = await Promise.all([
    ask(),
    gateway.ask(query.replace('Mine', 'Other'), { variables: { more: false } }),
  ])
  for (const { errors } of answers)
    expect(errors).toMatchObject([
      { message: 'Planning takes longer than 1 ms.', extensions: { code: 'GW_LIMIT_EXCEEDED' } },
    ])
})

test('a viewer that may not read a field does not have it fetched, wherever it is planned', async () => {
  const guarded = testSubgraph(
    'scores',
    'type Person @key(fields: "id") { id: ID! score: Int @authenticated }',
    { Person: { __resolveReference: ({ id }: { id: string }) => ({ id, score: 1 }) } },
  )
  await using gateway = await testGateway([people(), guarded], { SOUK_PLAN_INLINE_STEPS_MAX: '1' })
  const { data } = await gateway.ask('{ me { name score } }')
  expect(data).toEqual({ me: { name: 'Ada', score: null } })
  expect(gateway.planCounts().offThread).toBe(1)
  expect(guarded.calls).toEqual([])
})

test('too many operations that wait for the thread are turned away', async () => {
  await using gateway = await testGateway([people(), scores()], {
    SOUK_PLAN_INLINE_STEPS_MAX: '5',
    SOUK_PLAN_QUEUE_MAX: '2',
  })
  const asked = ['A', 'B', 'C', 'D'].map((name) =>
    gateway.ask(query.replace('Mine', name), { variables: { more: true } }),
  )
  const codes = (await Promise.all(asked)).map(({ errors }) => errors?.[0]?.extensions.code)
  expect(codes).toEqual([undefined, undefined, 'GW_OVERLOADED', 'GW_OVERLOADED'])
})
