/** A subgraph that never answers, and hears no signal, costs its own fields and no more time than the request has. */
import { expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

test.each(['query', 'mutation'])('a %s whose subgraph is silent ends with its time', async (kind) => {
  const silent = testSubgraph('silent', 'type Query { late: Int } type Mutation { late: Int }', {})
  silent.answerWith = () => new Promise(() => undefined)
  const other = testSubgraph('other', 'type Query { now: Int } type Mutation { now: Int }', {
    Query: { now: () => 1 },
    Mutation: { now: () => 1 },
  })
  await using gateway = await testGateway([silent, other], { SOUK_REQUEST_MS_MAX: '300' })
  expect(await gateway.ask(`${kind} { now late }`)).toMatchObject({
    data: { now: 1, late: null },
    errors: [{ path: ['late'], extensions: { code: 'DEADLINE_EXCEEDED' } }],
  })
})
