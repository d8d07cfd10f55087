/** The GraphQL over HTTP audit, every MUST, SHOULD and MAY of it, against a listening gateway. */
import { serverAudits } from 'graphql-http'
import { afterAll, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const shop = testSubgraph('shop', 'type Query { one: Int }', { Query: { one: () => 1 } })
const gateway = await testGateway([shop])
const { url } = await gateway.listen()

afterAll(() => gateway.close())

const audits = serverAudits({ url: `${url}/graphql` })

test.each(audits)('audit $id: $name', async ({ fn }) => {
  const result = await fn()
  expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok')
})

test('the audit is whole: as many of each level as its authors wrote', () => {
  const counts = { MUST: 0, SHOULD: 0, MAY: 0 }
  for (const { name } of audits) counts[name.split(' ')[0] as keyof typeof counts] += 1
  expect(counts).toEqual({ MUST: 13, SHOULD: 23, MAY: 25 })
})
