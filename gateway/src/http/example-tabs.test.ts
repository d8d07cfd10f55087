/** The page's examples fit the public graph: a field that is renamed is renamed there too, without a database to tell. */
import { parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { subgraphs } from '../deployments/embedded.ts'
import { compose } from '../supergraph/compose.ts'
import { exampleTabs } from './example-tabs.ts'

const { publicSchema } = compose(subgraphs.map(({ name, sdl }) => ({ name, sdl })))

const problemsOf = (document: string): readonly string[] =>
  validate(publicSchema, parse(document)).map(({ message }) => message)

const nameOf = (query: string): string => /^(?:query|mutation) (\w+)/m.exec(query)?.[1] ?? ''

const examples = exampleTabs.map((tab) => ({ ...tab, name: nameOf(tab.query) }))

test.each(examples)('the example $name fits the public graph', ({ query }) => {
  expect(problemsOf(query)).toEqual([])
})

test.each(examples)(
  'the example $name has the variables that it declares and no more',
  ({ query, variables }) => {
    const declared = [...query.matchAll(/\$(\w+): /g)].map(([, variable]) => variable)
    expect(Object.keys(JSON.parse(variables ?? '{}') as object)).toEqual(declared)
  },
)

test('the steps that an example has in its comments fit the public graph once uncommented', () => {
  const commented = exampleTabs.flatMap(({ query }) => {
    const from = query.search(/^# (query|mutation) /m)
    return from < 0 ? [] : [query.slice(from).replaceAll(/^# ?/gm, '')]
  })
  expect(commented).toHaveLength(1)
  expect(commented.flatMap(problemsOf)).toEqual([])
})

test('the first example needs nobody to be signed in and no variables', () => {
  expect(exampleTabs[0]?.query).not.toContain('menu above')
  expect(exampleTabs[0]?.variables).toBeUndefined()
})

test('a line of an example is seen whole beside the buttons of the editor', () => {
  const long = exampleTabs.flatMap(({ query }) => query.split('\n').filter((line) => line.length > 52))
  expect(long).toEqual([])
})
