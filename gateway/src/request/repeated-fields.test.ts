/** Documents that ask for the same again and again: what is too much is said, and what to do about it. */
import { expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const shop = testSubgraph('shop', 'type Query { one: Thing } type Thing { a: Int }', {
  Query: { one: () => ({ a: 1 }) },
})

const repeated = (times: number): string => `{ one { ${'a '.repeat(times)} } }`

test('seven hundred fields of one name are answered, and more are refused with the limit and what to change', async () => {
  await using gateway = await testGateway([shop])
  expect(await gateway.ask(repeated(707))).toMatchObject({ status: 200, data: { one: { a: 1 } } })
  for (const times of [708, 1_900]) {
    const { errors, data } = await gateway.ask(repeated(times))
    expect(data).toBeUndefined()
    expect(errors).toEqual([
      {
        message: expect.stringMatching(/more than 500000 steps.*Ask for each field once in a place/),
        extensions: { code: 'GW_LIMIT_EXCEEDED', limit: 500_000 },
      },
    ])
  }
})

test('of a document that repeats too much and is wrong besides, what is wrong is told', async () => {
  await using gateway = await testGateway([shop])
  const { errors } = await gateway.ask(`{ nowhere ${repeated(1_900).slice(1)}`)
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['GW_VALIDATION_FAILED'])
  expect(errors?.[0]?.message).toContain('nowhere')
})
