/** The page that teaches planning prints what the planner prints. */
import { readFile } from 'node:fs/promises'
import { afterAll, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const readme = await readFile(new URL('./README.md', import.meta.url), 'utf8')
const schemas = [...readme.matchAll(/```graphql schema=(\w+)\n([^`]*)```/g)]
const examples = [...readme.matchAll(/```graphql query\n([^`]*)```\n\n```plan\n([^`]*)\n```/g)]
const gateway = await testGateway(schemas.map(([, name = '', sdl = '']) => testSubgraph(name, sdl, {})))

afterAll(() => gateway.close())

test('there are schemas and examples', () => {
  expect([schemas.length, examples.length]).toEqual([4, 9])
})

test.each(examples.map(([, query = '', plan = '']) => [query.trim(), plan]))('%s', async (query, plan) => {
  expect(await gateway.explain(query)).toBe(plan)
})
