/** The measure itself: what counts as a call, and what as waiting. */
import { type QueryPlan, planOperations } from '@souk/gateway'
import { expect, test } from 'vitest'
import { measureLibraryPlan } from './measure-library-plan.ts'
import { measureOurPlan } from './measure-our-plan.ts'
import { composeGraph, readGraph } from './read-graphs.ts'

const plan = planOperations(composeGraph(readGraph('shop').subgraphs))
const planOf = (query: string): QueryPlan => plan(query).plan

test('calls that do not wait for each other add no depth, those that do add theirs', () => {
  expect(measureOurPlan(planOf('{ me { name } topProducts { name } }'))).toEqual({ calls: 2, depth: 1 })
  expect(measureOurPlan(planOf('{ me { name reviews { body } } topProducts { name } }'))).toEqual({
    calls: 3,
    depth: 2,
  })
})

test('a call whose conditions do not hold is not made', () => {
  const conditional = planOf('query ($full: Boolean!) { me { name reviews @include(if: $full) { body } } }')
  expect(measureOurPlan(conditional, { full: true })).toEqual({ calls: 2, depth: 2 })
  expect(measureOurPlan(conditional, { full: false })).toEqual({ calls: 1, depth: 1 })
})

test('a batch of the library is one call, and of its conditions the branch that holds counts', () => {
  const fetch = { kind: 'Fetch', serviceName: 'a', operation: '{ a }' }
  const theirs = {
    kind: 'QueryPlan',
    node: {
      kind: 'Sequence',
      nodes: [
        fetch,
        { kind: 'BatchFetch', serviceName: 'b', operation: '{ b }', entityBatch: { aliases: [{}, {}] } },
        { kind: 'Flatten', path: ['@'], node: fetch },
        {
          kind: 'Condition',
          condition: 'full',
          ifClause: { kind: 'Parallel', nodes: [fetch, fetch] },
          elseClause: fetch,
        },
      ],
    },
  }
  expect(measureLibraryPlan(theirs, { full: true })).toEqual({ calls: 5, depth: 4 })
  expect(measureLibraryPlan(theirs, { full: false })).toEqual({ calls: 4, depth: 4 })
})

test('a plan that fetches nothing has no size', () => {
  expect(measureLibraryPlan({ kind: 'QueryPlan', node: null })).toEqual({ calls: 0, depth: 0 })
  expect(measureOurPlan(planOf('{ __typename }'))).toEqual({ calls: 0, depth: 0 })
})
