/** Objects without a key that two subgraphs have parts of: who wants more asks the field above again, and both write one object. */
import { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { type OpenedCase, openCase } from '../support/open-case.ts'

const failure = new GraphQLError('Stock.held failed', { extensions: { code: 'OUT_OF_LUCK' } })
const stock = {
  __typename: 'Stock',
  free: 3,
  held: 1,
  counted: 4,
  sure: 2,
  at: [{ __typename: 'Bin', row: 1, name: 'A' }, null],
}
const openStock = (slowest: string): Promise<OpenedCase> =>
  openCase({
    slowest,
    subgraphs: {
      first: `
        type Query { stock: Stock @shareable  broken: Stock @shareable  stocks: [[Stock]] @shareable  lost: Stock! @shareable  one: One }
        type Stock { free: Int  at: [Bin] @shareable }
        type Bin { row: Int @shareable }
        type One @key(fields: "id") { id: ID!  stock: Stock @shareable  broken: [Stock] @shareable }`,
      second: `
        type Query { stock: Stock @shareable  broken: Stock @shareable  stocks: [[Stock]] @shareable  lost: Stock! @shareable }
        type Stock { held: Int  counted: Int!  sure: Int!  at: [Bin] @shareable }
        type Bin { row: Int @shareable  name: String }
        type One @key(fields: "id") { id: ID!  stock: Stock @shareable  broken: [Stock] @shareable }`,
    },
    data: {
      Query: {
        stock,
        lost: failure,
        broken: { ...stock, sure: failure },
        stocks: [[stock, null], null, []],
        one: { __typename: 'One', id: '1' },
      },
      One: { id: '1', stock, broken: [null, { ...stock, sure: failure }, stock] },
    },
  })

for (const slowest of ['first', 'second']) {
  const opened = openStock(slowest)

  test(`parts of one value from two subgraphs are one object when ${slowest} answers last`, async () => {
    const graph = await opened
    expect(await graph.ask('{ stocks { held free at { name row } } one { stock { free held } } }')).toEqual({
      data: {
        stocks: [[{ held: 1, free: 3, at: [{ name: 'A', row: 1 }, null] }, null], null, []],
        one: { stock: { free: 3, held: 1 } },
      },
    })
  })

  test(`an error in one part explains the null of the whole when ${slowest} answers last`, async () => {
    const graph = await opened
    expect(await graph.ask('{ broken { free sure } }')).toEqual({
      data: { broken: null },
      errors: [{ path: ['broken', 'sure'], code: 'OUT_OF_LUCK' }],
    })
    expect(await graph.ask('{ one { broken { free sure } } }')).toEqual({
      data: { one: { broken: [null, null, { free: 3, sure: 2 }] } },
      errors: [{ path: ['one', 'broken', 1, 'sure'], code: 'OUT_OF_LUCK' }],
    })
  })

  test(`it explains it with what was asked before it in that part when ${slowest} answers last`, async () => {
    const graph = await opened
    expect(await graph.ask('{ broken { counted sure free } }')).toEqual({
      data: { broken: null },
      errors: [{ path: ['broken', 'sure'], code: 'OUT_OF_LUCK' }],
    })
    expect(await graph.ask('{ stock { free } lost { counted } broken { free counted } }')).toEqual({
      data: null,
      errors: [{ path: ['lost'], code: 'OUT_OF_LUCK' }],
    })
  })
}
