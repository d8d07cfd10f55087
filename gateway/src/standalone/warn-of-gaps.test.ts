/** A supergraph from elsewhere that can't be answered in full: it is served, and one warning says what is missing. */
import { expect, test } from 'vitest'
import { readSupergraph } from '../supergraph/read-supergraph.ts'
import { warnOfGaps } from './warn-of-gaps.ts'

const warningsOf = (key: string): readonly unknown[] => {
  const supergraph = readSupergraph(
    `enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
     type Query @join__type(graph: A) @join__type(graph: B) { me: User @join__field(graph: A) ping: Int @join__field(graph: B) }
     type User @join__type(graph: A, key: "id") @join__type(graph: B ${key}) { id: ID! reviews: Int @join__field(graph: B) }`,
    'FILE',
  )
  const warnings: unknown[] = []
  warnOfGaps(supergraph, { warn: (...said: readonly unknown[]) => void warnings.push(said) })
  return warnings
}

test('a field that can not be had on a way to it is warned of, with what is missing', () => {
  expect(warningsOf('')).toEqual([
    [
      {
        fields: 1,
        gaps: [
          '[a] User.reviews can\'t be resolved in `{ me { reviews } }`: b has it, but no @key of User to be entered by. Add @key(fields: "id") to User in b.',
        ],
      },
      expect.stringContaining('GW_PLAN_FAILED'),
    ],
  ])
})

test('where every field can be had nothing is said', () => {
  expect(warningsOf(', key: "id"')).toEqual([])
})
