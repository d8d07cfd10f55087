/** A standalone gateway that is given something wrong: it does not start, and one sentence says what it was. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClientError } from '@souk/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStandalone } from '../start-standalone.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-refusals-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

type Given = { readonly supergraph?: string; readonly subgraphs?: string; readonly config?: string }

/** Texts are written to files; the names of these are what sentences call them. */
async function refusalOf({ supergraph, subgraphs, config }: Given): Promise<string> {
  const graph =
    supergraph === undefined
      ? { subgraphs: await write('list.json', subgraphs ?? '') }
      : { supergraph: await write('supergraph.graphql', supergraph) }
  const settings = config === undefined ? undefined : await write('config.json', config)
  return await failureOf({ graph, config: settings })
}

async function failureOf(
  given: Pick<Parameters<typeof startStandalone>[0], 'graph' | 'config'>,
): Promise<string> {
  const options = { environment: { SOUK_SUBGRAPH_START_MS_MAX: '200', SOUK_LOG_LEVEL: 'silent' }, port: '0' }
  const error = await startStandalone({ ...options, ...given }, new AbortController().signal).then(
    async ({ close }) => {
      await close()
      return new Error('It has started.')
    },
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ClientError)) throw error
  return error.message.replaceAll(`${folder}/`, '')
}

const graphOf = (graph: string, types = 'type Query { a: Int }'): string =>
  `enum join__Graph { A @join__graph(${graph}) } ${types}`

const served = graphOf('name: "a", url: "http://a/"')

test.each([
  [
    'schema of a subgraph',
    'type Query { a: Int }',
    'supergraph.graphql has no enum join__Graph, so it is not a supergraph; the schemas of subgraphs are composed with --subgraphs.',
  ],
  [
    'supergraph without an address',
    graphOf('name: "a", url: ""'),
    'The subgraph a has no URL. Give its URL in @join__graph, or under "urls" in the --config file.',
  ],
  [
    'supergraph with a name and a password in an address',
    graphOf('name: "a", url: "http://me:secret@x"'),
    'The subgraph a has a URL with a user name in it. Give its URL in @join__graph, or under "urls" in the --config file.',
  ],
  [
    'supergraph with a key that is not there',
    graphOf(
      'name: "a", url: "http://a/"',
      'type Query { a: T } type T @join__type(graph: A, key: "x") { b: Int }',
    ),
    'supergraph.graphql can\'t be served: T has key: "x", and there is no T.x.',
  ],
])('the %s is refused in one sentence', async (_what, supergraph, sentence) => {
  expect(await refusalOf({ supergraph })).toBe(sentence)
})

test('a --config file that names a subgraph which is not there is refused with those that are', async () => {
  expect(await refusalOf({ supergraph: served, config: '{ "urls": { "shop": "http://x" } }' })).toBe(
    'The --config file names the subgraph shop; there are a.',
  )
})

test('a list without URLs is refused in one sentence', async () => {
  expect(await refusalOf({ subgraphs: '[{ "name": "a" }]' })).toContain(
    'list.json is not a list of subgraphs at [0].url',
  )
})

test.each([
  ['not-there.graphql', "The file not-there.graphql can't be read."],
  ['', 'An option that takes the name of a file was given none.'],
])('a file that is called %j and not there is told with its name', async (name, sentence) => {
  expect(await failureOf({ graph: { supergraph: name }, config: undefined })).toBe(sentence)
  expect(await failureOf({ graph: { subgraphs: name }, config: undefined })).toBe(sentence)
  const supergraph = await write('supergraph.graphql', served)
  expect(await failureOf({ graph: { supergraph }, config: name })).toBe(sentence)
})

test('subgraphs that do not compose are told what is wrong', async () => {
  await write('one.graphql', 'type Query { a: Int } type A { b: Int }')
  await write('two.graphql', 'type Query { c: Int } union A = Query')
  const list = ['one', 'two'].map((name) => ({ name, url: 'http://127.0.0.1:1/', sdl: `${name}.graphql` }))
  expect(await refusalOf({ subgraphs: JSON.stringify(list) })).toMatch(/^The subgraphs do not compose[^]*A/)
})

// The thread that composes could read it, and would leave it to one that can't.
test('a subgraph whose schema is nested too deeply is told by its name', async () => {
  await write('deep.graphql', `type Query { a: ${'['.repeat(20_000)}Int${']'.repeat(20_000)} }`)
  const list = [{ name: 'deep', url: 'http://127.0.0.1:1/', sdl: 'deep.graphql' }]
  expect(await refusalOf({ subgraphs: JSON.stringify(list) })).toBe(
    'The subgraphs do not compose (1 problem):\n  - [deep] The schema is nested too deeply.',
  )
})

test.each([
  [
    'does not know what it is asked',
    '{"errors":[{"message":"Cannot query field \\"_service\\" on type \\"Query\\"."}]}',
    'does not give its schema: Cannot query field "_service" on type "Query". Give it as a file: "sdl" in the list.',
  ],
  [
    'answers with a page',
    '<!doctype html><p>It works!',
    'did not give its schema within 200 ms: ADDRESS answered with status 200 and no GraphQL.',
  ],
  [
    'refuses in several lines',
    '{"errors":[{"message":"Not allowed\\n  at all"}]}',
    'did not give its schema within 200 ms: Not allowed at all',
  ],
  ['has none', '{"data":{"_service":null}}', 'did not give its schema within 200 ms: it gave no schema'],
])('a subgraph that %s is told by its name', async (_what, answer, sentence) => {
  const server = createServer((_request, response) => response.end(answer)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  try {
    const message = await refusalOf({ subgraphs: JSON.stringify([{ name: 'plain', url }]) })
    expect(message.replaceAll(url, 'ADDRESS')).toBe(`The subgraph plain at ADDRESS ${sentence}`)
  } finally {
    server.close()
  }
})
