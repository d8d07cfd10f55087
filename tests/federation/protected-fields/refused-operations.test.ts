/** Policies that somebody else decides, and operations that are refused whole. */
import type { Viewer } from '@souk/contracts'
import { expect, test } from 'vitest'
import { openProtected, signedIn } from './protected-graph.ts'

const ann = await signedIn()

const files = {
  files: {
    sdl: `type Query { open: Int plan: Int @policy(policies: [["staff", "office"], ["owner"]])
        other: Int @policy(policies: [["unasked"]]) items: [Item!]! }
      interface Item { id: ID! text: String }
      type Memo implements Item { id: ID! text: String @authenticated }
      type Page implements Item { id: ID! text: String }`,
    resolvers: {
      Query: {
        open: () => 1,
        plan: () => 2,
        other: () => 3,
        items: () => [{ __typename: 'Page', id: 'p', text: 'page' }],
      },
    },
  },
}

test('a policy that nobody decides lets nobody pass', async () => {
  await using graph = await openProtected(files)
  expect(await graph.ask('{ open plan }', { headers: ann })).toMatchObject({
    data: { open: 1, plan: null },
    errors: [
      {
        message: 'Query.plan is under a policy that does not let this viewer pass.',
        extensions: { code: 'FORBIDDEN' },
      },
    ],
  })
})

test('policies are decided once for a request, those that it mentions, and each outcome has its own plan', async () => {
  const asked: (readonly [string, readonly string[]])[] = []
  let passing: readonly string[] = []
  const policies = (viewer: Viewer, names: readonly string[]): readonly string[] => {
    asked.push([viewer.kind, names])
    return passing
  }
  await using graph = await openProtected(files, { policies })
  const planOf = async () => (await graph.ask('{ plan again: plan open }', { headers: ann })).data
  expect(await planOf()).toEqual({ plan: null, again: null, open: 1 })
  passing = ['staff']
  expect(await planOf()).toEqual({ plan: null, again: null, open: 1 })
  passing = ['staff', 'office', 'unasked']
  expect(await planOf()).toEqual({ plan: 2, again: 2, open: 1 })
  passing = ['owner']
  expect(await planOf()).toEqual({ plan: 2, again: 2, open: 1 })
  passing = []
  expect(await planOf()).toEqual({ plan: null, again: null, open: 1 })
  expect(asked).toEqual(asked.map(() => ['user', ['office', 'owner', 'staff']]))
  expect(asked).toHaveLength(5)
  await graph.ask('{ open }')
  expect(asked).toHaveLength(5)
})

test.each([
  ['fails', () => Promise.reject(new Error('down'))],
  ['does not answer in time', () => new Promise<readonly string[]>(() => undefined)],
])('an operation under policies is not run when who decides them %s', async (_what, policies) => {
  await using graph = await openProtected(files, { policies, environment: { SOUK_POLICIES_MS_MAX: '20' } })
  expect(await graph.ask('{ plan open }', { headers: ann })).toMatchObject({
    status: 503,
    errors: [{ extensions: { code: 'GW_POLICIES_UNDECIDED' } }],
  })
  expect(graph.sentTo('files')).toBe('[]')
  expect(await graph.ask('{ open }')).toMatchObject({ status: 200 })
})

const refusing = { environment: { SOUK_UNAUTHORIZED: 'refuse' } }

test('by setting an operation with a field that is denied is refused whole, with 401 or 403', async () => {
  await using graph = await openProtected(files, refusing)
  const query = '{ open items { id text } }'
  const refused = await graph.execute({ body: { query } })
  expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } })
  expect(JSON.parse(refused.body)).toEqual({
    errors: [
      {
        message: 'Memo.text needs a signed-in viewer. Send a valid token.',
        locations: [{ line: 1, column: 19 }],
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ],
  })
  expect(await graph.ask('{ plan open }', { headers: ann })).toMatchObject({
    status: 403,
    errors: [{ extensions: { code: 'FORBIDDEN' } }],
  })
  expect(graph.sentTo('files')).toBe('[]')
  expect(await graph.ask(query, { headers: ann })).toMatchObject({ status: 200, data: { open: 1 } })
})

test('what a condition leaves out is no reason to refuse', async () => {
  await using graph = await openProtected(files, refusing)
  const query = 'query ($all: Boolean!) { open ...F } fragment F on Query { plan @include(if: $all) }'
  expect(await graph.ask(query, { variables: { all: false } })).toEqual({ status: 200, data: { open: 1 } })
  expect(await graph.ask(query, { variables: { all: true } })).toMatchObject({ status: 403 })
  expect(await graph.ask('{ items { ... on Page { text } } }')).toMatchObject({ status: 200 })
})
