/** What holds for every operation of the corpus with nothing to compare it with: valid, planned, proved, always planned alike. */
import { type PlanPasses, planOperations, type SubgraphSdl } from '@souk/gateway'
import { parse, print, validate } from 'graphql'
import { expect, test } from 'vitest'
import { composeGraph, graphNames, readGraph, readGraphs } from './read-graphs.ts'

test('the corpus has two hundred operations on five graphs', () => {
  const graphs = readGraphs()
  expect(graphs).toHaveLength(5)
  expect(graphs.flatMap(({ operations }) => operations)).toHaveLength(200)
})

test.each(graphNames)('every operation on %s is valid', (name) => {
  const { subgraphs, operations } = readGraph(name)
  const { publicSchema } = composeGraph(subgraphs)
  const problems = operations.flatMap((operation) =>
    validate(publicSchema, parse(operation.text)).map(({ message }) => `${operation.name}: ${message}`),
  )
  expect(problems).toEqual([])
})

const passesOff: readonly Partial<PlanPasses>[] = [
  {},
  { mergesSiblings: false },
  { dropsDuplicates: false },
  { mergesSiblings: false, dropsDuplicates: false },
]

test.each(graphNames)(
  'every operation on %s has a plan that is proved, with each pass and without',
  (name) => {
    const { subgraphs, operations } = readGraph(name)
    const supergraph = composeGraph(subgraphs)
    const problems = passesOff.flatMap((passes) => {
      const plan = planOperations(supergraph, passes)
      return operations.flatMap((operation) => {
        try {
          return plan(operation.text).rejected.map((problem) => `${operation.name}: ${problem}`)
        } catch (error) {
          return [`${operation.name}: ${String(error)}`]
        }
      })
    })
    expect(problems).toEqual([])
  },
)

test.each(graphNames)(
  'plans on %s are the same each time, in whatever order subgraphs and types come',
  (name) => {
    const { subgraphs, operations } = readGraph(name)
    const textsOf = (order: typeof subgraphs): readonly string[] => {
      const plan = planOperations(composeGraph(order))
      return operations.map((operation) => plan(operation.text).text)
    }
    const texts = textsOf(subgraphs)
    expect(textsOf(subgraphs)).toEqual(texts)
    expect(textsOf(subgraphs.toReversed().map(typesReversed))).toEqual(texts)
    expect(textsOf(subgraphs.toSorted((one, other) => scatter(one.name) - scatter(other.name)))).toEqual(
      texts,
    )
  },
)

function typesReversed({ name, sdl }: SubgraphSdl): SubgraphSdl {
  const document = parse(sdl)
  return { name, sdl: print({ ...document, definitions: document.definitions.toReversed() }) }
}

/** A number that has nothing to do with the alphabet, the same every time. */
const scatter = (text: string): number =>
  text.split('').reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 997, 7)
