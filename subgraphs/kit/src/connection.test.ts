/** Pages: bounds, cursors, and what a client does wrong with them. */
import { expect, test } from 'vitest'
import { type Connection, connectionOf, readIdCursor, readPage } from './connection.ts'

type Item = { readonly id: string }

const items: readonly Item[] = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))

function read(args: { first?: number | null; after?: string | null }): Connection<Item> {
  const page = readPage(args, readIdCursor)
  const rows = items.filter((item) => page.after === null || item.id > page.after).slice(0, page.limit + 1)
  return connectionOf(rows, page, (item) => [item.id])
}

test('following the cursors visits every item once', () => {
  const seen: string[] = []
  let after: string | null = null
  for (;;) {
    const { nodes, pageInfo } = read({ first: 2, after })
    seen.push(...nodes.map((node) => node.id))
    if (!pageInfo.hasNextPage) break
    after = pageInfo.endCursor
  }
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('an empty page has no cursors and a last page has no next one', () => {
  expect(read({ first: 0 }).pageInfo).toEqual({
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  })
  expect(read({ first: 5 }).pageInfo.hasNextPage).toBe(false)
})

test.each([-1, 101, 1.5])('a first of %s is refused with what is allowed', (first) => {
  expect(() => read({ first })).toThrow('"first" is between 0 and 100')
})

test.each(['', 'zzz', 'bnVsbA', Buffer.from('[1]').toString('base64url')])(
  '"%s" is not taken for a cursor',
  (after) => {
    expect(() => read({ after })).toThrow('"after" takes a cursor that this list returned')
  },
)
