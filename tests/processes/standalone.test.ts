/** The gateway as a process of its own in front of subgraphs that are not Souk's: Apollo Server, GraphQL Yoga and Mercurius. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compose } from '@souk/gateway'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type SoukProcess, startSouk } from '../support/process.ts'
import type { ExampleServer } from './standalone/example-server.ts'
import { askOneServer } from './standalone/one-server.ts'
import { startExamples } from './standalone/serve.ts'

let folder: string
let examples: readonly ExampleServer[]
let supergraphFile: string
let listFile: string
/** One for each way to give the graph. */
let fronts: Readonly<Record<string, Front>>
const started: SoukProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-standalone-'))
  examples = await startExamples(0)
  listFile = await write('subgraphs.json', JSON.stringify(examples.map(({ name, url }) => ({ name, url }))))
  supergraphFile = await write('supergraph.graphql', (await composeExamples()).sdl)
  fronts = Object.fromEntries(
    await Promise.all(Object.keys(givenBy).map(async (way) => [way, await openFront(way)] as const)),
  )
}, 60_000)

afterEach(async () => {
  for (const { child } of started) child.kill('SIGTERM')
  await Promise.all(started.splice(0).map(({ ended }) => ended))
})

afterAll(async () => {
  await Promise.all(examples.map(({ close }) => close()))
  await rm(folder, { recursive: true, force: true })
})

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

async function composeExamples() {
  const subgraphs = await Promise.all(
    examples.map(async ({ name, url }) => {
      const { data } = await post(url, '{ _service { sdl } }')
      return { name, url, sdl: (data as { readonly _service: { readonly sdl: string } })._service.sdl }
    }),
  )
  return compose(subgraphs, { keyOnly: [], allowsSharedFields: true })
}

type Answer = { readonly data?: unknown; readonly errors?: readonly AnswerError[] }
type AnswerError = {
  readonly message: string
  readonly path?: readonly unknown[]
  readonly extensions: Readonly<Record<string, unknown>>
}

async function postText(url: string, query: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })
  return await response.text()
}

const post = async (...asked: Parameters<typeof postText>): Promise<Answer> =>
  JSON.parse(await postText(...asked)) as Answer

/** With nothing of Souk's in the environment: no keys, no issuer, no database. */
function startGateway(...args: readonly string[]): SoukProcess {
  const souk = spawnGateway(args)
  started.push(souk)
  return souk
}

// Half of a start is reading the same files again; those that have ended leave what they read to those that come.
const spawnGateway = (args: readonly string[]): SoukProcess =>
  startSouk(['gateway/src/main.ts', 'gateway', ...args], { NODE_COMPILE_CACHE: join(folder, 'compiled') })

const readyLine = /^The gateway is ready after [\d.]+ s: (http:\/\/127\.0\.0\.1:\d+\/graphql) \((.*)\)$/m

async function urlOf(souk: SoukProcess): Promise<string> {
  const [, url = ''] = await souk.says(readyLine)
  return url
}

async function failureOf(...args: readonly string[]): Promise<string> {
  const souk = startGateway(...args)
  expect(await souk.ended).toBe(1)
  const output = souk.output().trim()
  expect(output, 'a stack trace is not a message').not.toMatch(/^\s+at /m)
  expect(output.split('\n'), output).toHaveLength(1)
  return output
}

const operations: readonly (readonly [what: string, query: string])[] = [
  ['a field of one subgraph', '{ me { id name } }'],
  ['an interface object under an interface', '{ media { title likedBy { name } } }'],
  [
    'types behind an interface object',
    '{ me { favourites { __typename id title ... on Film { minutes } } } }',
  ],
  ['what is required from another', '{ newest(first: 3) { about { shippingCents title grams } } }'],
  ['what is provided, and what is not', '{ newest { author { name favourites { title } } } }'],
  [
    'there and back again',
    `{ me { name favourites { __typename title likedBy { name reviews { stars about { title } } }
       ... on Book { pages shippingCents reviews { stars author { name } } } } } }`,
  ],
  [
    'a union',
    '{ search(text: "Sea") { __typename ... on Book { reviews { stars } } ... on Film { title } } }',
  ],
  [
    'aliases and fragments',
    'query Two { ada: user(id: 1) { ...P } ben: user(id: 2) { ...P } } fragment P on User { who: name reviews { id } }',
  ],
  ['what is not there', '{ user(id: 9) { name } medium(id: "x") { title likedBy { name } } }'],
  ['a mutation, and what follows from it', 'mutation { greet(id: 2) { greeting reviews { stars } } }'],
]

/** By which arguments the graph is given. */
const givenBy: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  'a supergraph composed here': () => Promise.resolve(['--supergraph', supergraphFile]),
  'a supergraph composed by Apollo': async () => {
    const urls = Object.fromEntries(examples.map(({ name, url }) => [name, url]))
    const config = await write('addresses.json', JSON.stringify({ urls }))
    return ['--supergraph', 'tests/processes/standalone/supergraph.graphql', '--config', config]
  },
  'a list of subgraphs': () => Promise.resolve(['--subgraphs', listFile]),
}

type Front = { readonly souk: SoukProcess; readonly url: string }

async function openFront(way: string): Promise<Front> {
  const souk = spawnGateway([...((await givenBy[way]?.()) ?? []), '--port', '0'])
  return { souk, url: await urlOf(souk) }
}

describe.each(Object.keys(givenBy))('given %s', (way) => {
  let souk: SoukProcess
  let url: string

  beforeAll(() => {
    const front = fronts[way]
    if (front === undefined) throw new Error(`Nothing was started for ${way}.`)
    ;({ souk, url } = front)
  })

  afterAll(async () => {
    souk.child.kill('SIGTERM')
    expect(await souk.ended).toBe(0)
  })

  test('it says in one line that it is ready, where, and in front of whom', () => {
    const lines = souk
      .output()
      .split('\n')
      .filter((line) => !line.startsWith('{'))
    expect(lines).toEqual([expect.stringMatching(readyLine), ''])
    expect(lines[0]).toContain('(accounts, catalogue, reviews)')
  })

  test.each(operations)('%s is answered as by one server', async (_what, query) => {
    expect(await postText(url, query)).toBe(await askOneServer(query))
  })

  test('the schema is told to whoever asks, without what is inaccessible or only machinery', async () => {
    const { data } = await post(url, '{ __schema { types { name fields { name } } directives { name } } }')
    const text = JSON.stringify(data)
    expect(text).toContain('"Book"')
    expect(text).not.toMatch(/join__|link__|"email"|_entities|"authenticated"/)
  })

  test('an error of a subgraph is told in its own words, with its name, in development', async () => {
    const { data, errors } = await post(url, '{ broken me { name } }')
    expect(data).toEqual({ broken: null, me: { name: 'Ada' } })
    expect(errors).toMatchObject([
      {
        message: 'The accounts are on fire.',
        path: ['broken'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', subgraph: 'accounts' },
      },
    ])
    expect(JSON.stringify(errors)).not.toContain('stacktrace')
  })

  test('a field for those who are signed in is closed to everyone where nobody can be', async () => {
    const { data, errors } = await post(url, '{ secret }', { authorization: 'Bearer whatever' })
    expect(data).toEqual({ secret: null })
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })

  test('a client’s credentials and cookies stay here', async () => {
    const sent = { authorization: 'Bearer mine', cookie: 'session=1', 'x-tenant': 'north' }
    for (const name of Object.keys(sent))
      expect(await post(url, `{ header(name: "${name}") }`, sent)).toEqual({ data: { header: null } })
  })

  test('subgraphs that answer make it ready', async () => {
    expect((await fetch(url.replace('/graphql', '/ready'))).status).toBe(200)
  })
})

describe('a --config file', () => {
  test('says which headers go on, under which name, and to whom', async () => {
    const config = await write(
      'headers.json',
      JSON.stringify({
        headers: [
          { forward: 'authorization' },
          { forward: 'X-Tenant', as: 'x-organisation', to: ['accounts'] },
          { set: 'x-api-key', value: 'k1', to: ['accounts'] },
          { set: 'x-other', value: 'k2', to: ['reviews'] },
        ],
      }),
    )
    const url = await urlOf(startGateway('--supergraph', supergraphFile, '--config', config, '--port', '0'))
    const sent = { authorization: 'Bearer mine', 'x-tenant': 'north', 'x-api-key': 'of the client' }
    const seen = async (name: string) => await post(url, `{ header(name: "${name}") }`, sent)
    expect(await seen('authorization')).toEqual({ data: { header: 'Bearer mine' } })
    expect(await seen('x-organisation')).toEqual({ data: { header: 'north' } })
    expect(await seen('x-tenant')).toEqual({ data: { header: null } })
    expect(await seen('x-api-key')).toEqual({ data: { header: 'k1' } })
    expect(await seen('x-other')).toEqual({ data: { header: null } })
  })

  test('says where a subgraph is instead of where the supergraph says, and which limits hold', async () => {
    const away = await write(
      'away.graphql',
      (await composeExamples()).sdl.replaceAll(/url: "http:[^"]*"/g, 'url: "http://127.0.0.1:1/graphql"'),
    )
    const urls = Object.fromEntries(examples.map(({ name, url }) => [name, url]))
    const config = await write('urls.json', JSON.stringify({ port: 0, depthMax: 3, urls }))
    const url = await urlOf(startGateway('--supergraph', away, '--config', config))
    expect(await post(url, '{ me { reviews { stars } } }')).toEqual({
      data: { me: { reviews: [{ stars: 2 }] } },
    })
    const { errors } = await post(url, '{ me { reviews { about { title } } } }')
    expect(errors).toMatchObject([{ extensions: { code: 'GW_LIMIT_EXCEEDED', limit: 3 } }])
  })

  test('in production keeps faults of subgraphs behind a fixed sentence', async () => {
    const config = await write('production.json', '{ "mode": "production" }')
    const url = await urlOf(startGateway('--supergraph', supergraphFile, '--config', config, '--port', '0'))
    const text = await postText(url, '{ broken }')
    expect(text).not.toContain('on fire')
    expect(text).not.toContain('accounts')
    expect(text).toContain('"requestId"')
  })
})

test('what is wrong with files or arguments ends it with 1 and one sentence, without a stack trace', async () => {
  const config = await write('wrong.json', '{ "depthMax": "deep" }')
  const failures = await Promise.all([
    failureOf('--supergraph', supergraphFile, '--config', config, '--port', '0'),
    failureOf('--supergraph', 'a', '--subgraphs', 'b'),
    failureOf('--supergraf', 'a'),
    failureOf('--port', '1'),
  ])
  expect(failures).toEqual([
    expect.stringContaining(
      `"depthMax" in ${config} is "deep"; allowed is a whole number of levels of an operation`,
    ),
    '--supergraph and --subgraphs exclude each other.',
    'There is no argument --supergraf.',
    '--port goes with --supergraph or --subgraphs.',
  ])
})

describe('SIGTERM', () => {
  test('to npm stops what npm started, and npm ends with 0 as well', async () => {
    const npm = spawn('npm', ['run', 'gateway', '--', '--supergraph', supergraphFile, '--port', '0'], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let output = ''
    npm.stdout.setEncoding('utf8').on('data', (text: string) => void (output += text))
    await expect.poll(() => output, { timeout: 20_000 }).toMatch(readyLine)
    const [, url = ''] = readyLine.exec(output) ?? []
    expect((await post(url, '{ me { name } }')).data).toEqual({ me: { name: 'Ada' } })
    const ended = new Promise((resolve) => npm.once('close', resolve))
    npm.kill('SIGTERM')
    expect(await ended).toBe(0)
    await expect(post(url, '{ me { name } }')).rejects.toThrow()
  })

  test('lets a request that is under way finish, then ends with 0', async () => {
    const asked = Promise.withResolvers<ServerResponse>()
    const subgraph = createServer((_request, response) => asked.resolve(response)).listen(0, '127.0.0.1')
    await once(subgraph, 'listening')
    const { port } = subgraph.address() as AddressInfo
    await write('held.graphql', 'type Query { held: Int }')
    const address = { name: 'held', url: `http://127.0.0.1:${port}/`, sdl: 'held.graphql' }
    const souk = startGateway(
      '--subgraphs',
      await write('held.json', JSON.stringify([address])),
      '--port',
      '0',
    )
    const url = await urlOf(souk)
    const answer = post(url, '{ held }')
    const held = await asked.promise
    souk.child.kill('SIGTERM')
    const knock = () => fetch(url.replace('/graphql', '/live')).then(String, () => 'closed')
    await expect.poll(knock).toBe('closed')
    held.end('{"data":{"held":1}}')
    expect(await answer).toEqual({ data: { held: 1 } })
    expect(await souk.ended).toBe(0)
    subgraph.close()
  })

  test('while it waits for a subgraph ends it before the wait is over', async () => {
    const list = await write('absent.json', '[{ "name": "absent", "url": "http://127.0.0.1:1/graphql" }]')
    const souk = startGateway('--subgraphs', list, '--port', '0')
    await souk.says(/waiting for a subgraph/)
    souk.child.kill('SIGTERM')
    expect(await souk.ended).toBe(0)
    expect(souk.output()).not.toContain('did not give its schema')
  })
})

test('a subgraph whose schema is a file is not asked for it', async () => {
  await write('alone.graphql', 'type Query { me: String }')
  const list = await write(
    'alone.json',
    JSON.stringify([{ name: 'alone', url: 'http://127.0.0.1:1/graphql', sdl: 'alone.graphql' }]),
  )
  const url = await urlOf(startGateway('--subgraphs', list, '--port', '0'))
  const { data, errors } = await post(url, '{ me }')
  expect(data).toEqual({ me: null })
  expect(errors).toMatchObject([
    { extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'alone' }, path: ['me'] },
  ])
})
