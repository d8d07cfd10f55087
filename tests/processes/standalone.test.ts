/** The gateway as a process of its own in front of subgraphs that are not Souk's: Apollo Server, GraphQL Yoga and Mercurius. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
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
const started: SoukProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-standalone-'))
  examples = await startExamples(0)
  listFile = await write('subgraphs.json', JSON.stringify(examples.map(({ name, url }) => ({ name, url }))))
  supergraphFile = await write('supergraph.graphql', (await composeExamples()).sdl)
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

/** With nothing in the environment: no keys, no issuer, no database. */
function startGateway(...args: readonly string[]): SoukProcess {
  const souk = startSouk(['gateway/src/main.ts', 'gateway', ...args])
  started.push(souk)
  return souk
}

const readyLine = /^The gateway is ready after [\d.]+ s: (http:\/\/127\.0\.0\.1:\d+\/graphql) \((.*)\)$/m

async function urlOf(souk: SoukProcess): Promise<string> {
  const [, url = ''] = await souk.says(readyLine)
  return url
}

async function failureOf(...args: readonly string[]): Promise<string> {
  const souk = startGateway(...args, '--port', '0')
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

describe.each(Object.entries(givenBy))('given %s', (_what, argumentsOf) => {
  let souk: SoukProcess
  let url: string

  beforeAll(async () => {
    souk = startSouk(['gateway/src/main.ts', 'gateway', ...(await argumentsOf()), '--port', '0'])
    url = await urlOf(souk)
  }, 60_000)

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

  test('that is wrong is refused in one sentence, which names the key', async () => {
    const config = await write('wrong.json', '{ "depthMax": "deep" }')
    expect(await failureOf('--supergraph', supergraphFile, '--config', config)).toContain(
      `"depthMax" in ${config} is "deep"; allowed is a whole number of levels of an operation`,
    )
  })

  test('that names a subgraph which is not there is refused with those that are', async () => {
    const config = await write('unknown.json', '{ "urls": { "shop": "http://x" } }')
    expect(await failureOf('--supergraph', supergraphFile, '--config', config)).toBe(
      'The --config file names the subgraph shop; there are accounts, catalogue, reviews.',
    )
  })
})

describe('a file that is not what it should be', () => {
  test.each([
    ['type Query { a: Int }', 'has no enum join__Graph'],
    [
      'enum join__Graph { A @join__graph(name: "a", url: "") } type Query { a: Int }',
      'subgraph a has no URL',
    ],
    [
      'enum join__Graph { A @join__graph(name: "a", url: "http://me:secret@x") } type Query { a: Int }',
      'has a URL with a user name in it',
    ],
  ])('the supergraph %s is refused in one sentence', async (text, sentence) => {
    const message = await failureOf('--supergraph', await write('wrong.graphql', text))
    expect(message).toContain(sentence)
    expect(message).not.toContain('secret')
  })

  test('a list without URLs is refused in one sentence', async () => {
    const list = await write('wrong-list.json', '[{ "name": "a" }]')
    expect(await failureOf('--subgraphs', list)).toContain('is not a list of subgraphs at [0].url')
  })

  test('is told with its name', async () => {
    expect(await failureOf('--supergraph', 'not-there.graphql')).toBe(
      "The file not-there.graphql can't be read.",
    )
  })

  test.each([
    [['--supergraph', 'a', '--subgraphs', 'b'], '--supergraph and --subgraphs exclude each other.'],
    [['--supergraf', 'a'], 'There is no argument --supergraf.'],
    [['--port', '1'], '--port and --config go with --supergraph or --subgraphs.'],
  ])('the arguments %j are refused in one sentence', async (args, sentence) => {
    expect(await failureOf(...args)).toBe(sentence)
  })

  test('a subgraph that can not give its schema is told how else to give it', async () => {
    const server = createServer((_request, response) =>
      response.end('{"errors":[{"message":"Cannot query field \\"_service\\" on type \\"Query\\"."}]}'),
    ).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const list = await write(
      'plain.json',
      JSON.stringify([{ name: 'plain', url: `http://127.0.0.1:${port}/` }]),
    )
    try {
      expect(await failureOf('--subgraphs', list)).toContain('Give it as a file: "sdl" in the list.')
    } finally {
      server.close()
    }
  })
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
    const souk = startGateway('--supergraph', supergraphFile, '--port', '0')
    const url = await urlOf(souk)
    const slow = post(url, '{ slow(ms: 1500) me { name } }')
    await new Promise((resolve) => setTimeout(resolve, 300))
    souk.child.kill('SIGTERM')
    expect(await slow).toEqual({ data: { slow: 1500, me: { name: 'Ada' } } })
    expect(await souk.ended).toBe(0)
  })

  test('while it waits for a subgraph ends it at once', async () => {
    const list = await write('absent.json', '[{ "name": "absent", "url": "http://127.0.0.1:1/graphql" }]')
    const souk = startGateway('--subgraphs', list, '--port', '0')
    await souk.says(/waiting for a subgraph/)
    const asked = performance.now()
    souk.child.kill('SIGTERM')
    expect(await souk.ended).toBe(0)
    expect(performance.now() - asked).toBeLessThan(5_000)
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

test('subgraphs that do not compose are told what is wrong, and nothing is served', async () => {
  await write('one.graphql', 'type Query { a: Int } type A { b: Int }')
  await write('two.graphql', 'type Query { c: Int } union A = Query')
  const list = await write(
    'clash.json',
    JSON.stringify(
      ['one', 'two'].map((name) => ({ name, url: 'http://127.0.0.1:1/', sdl: `${name}.graphql` })),
    ),
  )
  const souk = startGateway('--subgraphs', list, '--port', '0')
  expect(await souk.ended).toBe(1)
  expect(souk.output()).toMatch(/The subgraphs do not compose[^]*A/)
})
