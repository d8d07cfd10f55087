/** The list of subgraphs: what it says, and mistakes that are told with their place. */
import { expect, test } from 'vitest'
import { readSubgraphList } from './read-subgraph-list.ts'

test('a subgraph has a name and a URL, and its schema in a file if it should not be asked for it', () => {
  const list = [
    { name: 'a', url: 'http://a/graphql' },
    { name: 'b', url: 'https://b', sdl: 'b.graphql' },
  ]
  expect(readSubgraphList(JSON.stringify(list), 'list.json')).toEqual(list)
})

test.each([
  ['[', 'list.json is not JSON: '],
  ['{}', 'list.json is not a list of subgraphs: '],
  ['[]', 'list.json is not a list of subgraphs: it is empty.'],
  ['[{ "url": "http://a" }]', 'list.json is not a list of subgraphs at [0].name: '],
  ['[{ "name": "a b", "url": "http://a" }]', 'at [0].name: a name without spaces is missing.'],
  ['[{ "name": "a", "url": "a" }]', 'at [0].url: an http(s) URL is missing.'],
  ['[{ "name": "a", "url": "http://a", "schema": "a" }]', 'at [0]: Unrecognized key: "schema".'],
  ['[{ "name": "a", "url": "http://a" }, { "name": "a", "url": "http://b" }]', 'lists the subgraph a twice.'],
])('%s is no list', (text, sentence) => {
  expect(() => readSubgraphList(text, 'list.json')).toThrow(
    expect.objectContaining({ code: 'GW_CONFIG_INVALID', message: expect.stringContaining(sentence) }),
  )
})
