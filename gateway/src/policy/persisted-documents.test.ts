/** Documents by their hash or id: kept when they are sent (APQ), trusted by a manifest, and the only ones that are run where that is said. */
import { createHash } from 'node:crypto'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { testGateway, type TestGateway, testSubgraph } from '../testing/test-gateway.ts'
import { openTrustedDocuments } from './open-trusted-documents.ts'
import { readTrustedDocuments } from './trusted-documents.ts'
import { createLogger } from '../telemetry/logger.ts'

const shop = testSubgraph('shop', 'type Query { one: Int two: Int } type Mutation { add: Int }', {
  Query: { one: () => 1, two: () => 2 },
  Mutation: { add: () => 3 },
})
const folder = await mkdtemp(join(tmpdir(), 'souk-trusted-'))
afterAll(() => rm(folder, { recursive: true }))

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const persisted = (sha256Hash: string, version = 1) => ({ persistedQuery: { version, sha256Hash } })

async function manifest(content: unknown): Promise<string> {
  const file = join(folder, `${hash(JSON.stringify(content))}.json`)
  await writeFile(file, JSON.stringify(content))
  return file
}

async function send(gateway: TestGateway, payload: object, accept = 'application/json') {
  const { status, body } = await gateway.execute({ headers: { accept }, body: JSON.stringify(payload) })
  return { status, ...(JSON.parse(body) as object) }
}

async function read(gateway: TestGateway, parameters: Readonly<Record<string, string>>) {
  const { status, body } = await gateway.execute({ method: 'GET', parameters })
  return { status, ...(JSON.parse(body) as object) }
}

const notFound = {
  errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
}
const refused = (code: string) => ({ errors: [{ extensions: { code } }] })

test('a hash that nobody sent a text for is answered in the words that clients look for', async () => {
  await using gateway = await testGateway([shop])
  const asked = { extensions: persisted(hash('{ one }')) }
  expect(await send(gateway, asked)).toEqual({ status: 200, ...notFound })
  expect(await send(gateway, asked, 'application/graphql-response+json')).toEqual({
    status: 400,
    ...notFound,
  })
})

test('a text that came with its hash is run, and later by the hash alone, with GET too', async () => {
  await using gateway = await testGateway([shop])
  const extensions = persisted(hash('{ one }'))
  expect(await send(gateway, { query: '{ one }', extensions })).toEqual({ status: 200, data: { one: 1 } })
  expect(await send(gateway, { extensions })).toEqual({ status: 200, data: { one: 1 } })
  expect(await send(gateway, { query: '', extensions })).toEqual({ status: 200, data: { one: 1 } })
  expect(await send(gateway, { documentId: `sha256:${hash('{ one }')}` })).toMatchObject({ data: { one: 1 } })
  expect(await read(gateway, { extensions: JSON.stringify(extensions) })).toMatchObject({ data: { one: 1 } })
})

test('nobody can put a text under the hash of another one', async () => {
  await using gateway = await testGateway([shop])
  const extensions = persisted(hash('{ one }'))
  expect(await send(gateway, { query: '{ two }', extensions })).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining('provided sha does not match query') }],
  })
  expect(await send(gateway, { extensions })).toMatchObject(notFound)
})

test('a text that is not valid is not kept', async () => {
  await using gateway = await testGateway([shop])
  const extensions = persisted(hash('{ nope }'))
  expect(await send(gateway, { query: '{ nope }', extensions })).toMatchObject(
    refused('GW_VALIDATION_FAILED'),
  )
  expect(await send(gateway, { extensions })).toMatchObject(notFound)
})

test('a mutation by its hash needs POST', async () => {
  await using gateway = await testGateway([shop])
  const extensions = persisted(hash('mutation { add }'))
  expect(await send(gateway, { query: 'mutation { add }', extensions })).toMatchObject({ data: { add: 3 } })
  expect(await read(gateway, { extensions: JSON.stringify(extensions) })).toMatchObject({ status: 405 })
})

test.each([
  ['SOUK_PERSISTED_DOCUMENTS_MAX', '1'],
  ['SOUK_PERSISTED_CHARACTERS_MAX', '10'],
])('with %s at %s the document that was used longest ago is forgotten', async (variable, value) => {
  await using gateway = await testGateway([shop], { [variable]: value })
  for (const query of ['{ one }', '{ two }'])
    await send(gateway, { query, extensions: persisted(hash(query)) })
  expect(await send(gateway, { extensions: persisted(hash('{ one }')) })).toMatchObject(notFound)
  expect(await send(gateway, { extensions: persisted(hash('{ two }')) })).toMatchObject({ data: { two: 2 } })
})

test('where it is off a client is told so, in the words that it looks for, and a full text still runs', async () => {
  await using gateway = await testGateway([shop], { SOUK_APQ: 'off' })
  const extensions = persisted(hash('{ one }'))
  expect(await send(gateway, { query: '{ one }', extensions })).toMatchObject({ data: { one: 1 } })
  expect(await send(gateway, { extensions })).toEqual({
    status: 200,
    errors: [
      { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } },
    ],
  })
})

test.each([
  [{ extensions: { persistedQuery: { version: 2, sha256Hash: 'a' } } }, '`extensions.persistedQuery` has to'],
  [{ extensions: { persistedQuery: { version: 1 } } }, '`extensions.persistedQuery` has to'],
  [{ extensions: { persistedQuery: 'a' } }, '`extensions.persistedQuery` has to'],
  [{ documentId: 7 }, '`documentId` has to be'],
  [{ id: 7 }, '`query` has to be'],
  [{ query: '{ one }', documentId: 'another' }, 'provided sha does not match query'],
])('%j is no document', async (payload, message) => {
  await using gateway = await testGateway([shop])
  expect(await send(gateway, payload)).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining(message), extensions: { code: 'GW_BAD_REQUEST' } }],
  })
})

const apollo = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [
    { id: hash('query One { one }'), name: 'One', type: 'query', body: 'query One { one }' },
    { id: 'two-1', name: 'Two', type: 'query', body: 'query Two { two }' },
  ],
}
const relay = { '0a1b2c': 'query One { one }', 'two-1': 'query Two { two }' }

test.each([
  ["Apollo's manifest", apollo],
  ["Relay's list", relay],
])('%s is trusted by id and by hash, however the client says it', async (_what, content) => {
  await using gateway = await testGateway([shop], {
    SOUK_TRUSTED_DOCUMENTS: await manifest(content),
    SOUK_DOCUMENTS: 'safelist',
  })
  for (const payload of [
    { documentId: 'two-1' },
    { id: 'two-1' },
    { id: 'two-1', query: null },
    { doc_id: 'two-1' },
    { extensions: persisted('two-1') },
    { extensions: persisted(hash('query Two { two }')) },
    { documentId: `sha256:${hash('query Two { two }')}` },
    { query: 'query Two { two }' },
    { query: 'query Two { two }', id: 'request-12' },
    { query: 'query Two { two }', extensions: persisted(hash('query Two { two }')) },
    { query: 'query Two { two }', documentId: 'two-1' },
  ])
    expect([payload, await send(gateway, payload)]).toEqual([payload, { status: 200, data: { two: 2 } }])
  expect(await read(gateway, { documentId: 'two-1' })).toMatchObject({ data: { two: 2 } })
})

test('with a safelist nothing else is run, however it is sent, and nothing is learned', async () => {
  await using gateway = await testGateway([shop], {
    SOUK_TRUSTED_DOCUMENTS: await manifest(apollo),
    SOUK_DOCUMENTS: 'safelist',
  })
  const untrusted = { status: 403, ...refused('GW_DOCUMENT_NOT_TRUSTED') }
  for (const payload of [
    { query: '{ one }' },
    { query: 'query Two { two } ' },
    { query: 'query One { one two }', operationName: 'One' },
    { query: '{ one }', extensions: persisted(hash('{ one }')) },
    { extensions: persisted(hash('{ one }')) },
    { documentId: 'three' },
    { query: '{ __schema { types { name } } }' },
  ])
    expect([payload, await send(gateway, payload)]).toMatchObject([payload, untrusted])
  expect(await read(gateway, { query: '{ one }' })).toMatchObject(untrusted)
})

test('without a safelist any text runs, and an id that is unknown says so', async () => {
  await using gateway = await testGateway([shop], { SOUK_TRUSTED_DOCUMENTS: await manifest(relay) })
  expect(await send(gateway, { query: '{ one two }' })).toMatchObject({ data: { one: 1, two: 2 } })
  expect(await send(gateway, { documentId: '0a1b2c' })).toMatchObject({ data: { one: 1 } })
  const asked = { documentId: 'three' }
  expect(await send(gateway, asked)).toMatchObject({ status: 200, ...refused('GW_DOCUMENT_UNKNOWN') })
  expect(await send(gateway, asked, 'application/graphql-response+json')).toMatchObject({ status: 400 })
})

test('a trusted document is held to the same limits as any other', async () => {
  await using gateway = await testGateway([shop], {
    SOUK_TRUSTED_DOCUMENTS: await manifest(relay),
    SOUK_TOKENS_MAX: '3',
  })
  expect(await send(gateway, { documentId: 'two-1' })).toMatchObject(refused('GW_LIMIT_EXCEEDED'))
})

test.each([
  ['{', 'm.json is not JSON'],
  ['[]', "m.json is neither Apollo's manifest nor an object of ids and documents."],
  ['{"a":1}', 'm.json has a mistake at a: it has to be a string.'],
  ['{"a":""}', 'm.json has a mistake at a: it is empty.'],
  ['{"a":"{"}', 'm.json has a document that is not GraphQL, "a": Syntax Error: Expected Name'],
  ['{"format":"other","version":1,"operations":[]}', 'at format: it has to be "apollo-persisted-query-'],
  ['{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}', 'at version: it has to be 1.'],
  ['{"format":"apollo-persisted-query-manifest","version":1}', 'at operations: it has to be a list.'],
  [JSON.stringify({ ...apollo, operations: [{ id: 'a' }] }), 'at operations[0].body: it has to be a string.'],
  [
    JSON.stringify({
      ...apollo,
      operations: [
        { id: 'a', body: '{ a }' },
        { id: 'a', body: '{ b }' },
      ],
    }),
    'm.json has two documents with the id "a".',
  ],
])('the manifest %s is refused in one sentence', (text, sentence) => {
  expect(() => readTrustedDocuments(text, 'm.json')).toThrow(
    expect.objectContaining({ code: 'GW_CONFIG_INVALID', message: expect.stringContaining(sentence) }),
  )
})

test('a manifest that is not there, or too large, ends the start', async () => {
  const absent = testGateway([shop], { SOUK_TRUSTED_DOCUMENTS: join(folder, 'absent.json') })
  await expect(absent).rejects.toThrow(/The manifest .*absent\.json can't be read\./)
  const large = testGateway([shop], {
    SOUK_TRUSTED_DOCUMENTS: await manifest(apollo),
    SOUK_TRUSTED_DOCUMENTS_BYTES_MAX: '10',
  })
  await expect(large).rejects.toThrow(/has \d+ bytes; SOUK_TRUSTED_DOCUMENTS_BYTES_MAX allows 10\./)
})

test('a safelist without a manifest is refused before anything starts', () => {
  expect(() => readConfig({ SOUK_DOCUMENTS: 'safelist' })).toThrow(
    'SOUK_DOCUMENTS is safelist; SOUK_TRUSTED_DOCUMENTS has to name the manifest of what is safe.',
  )
})

test('a manifest that changes is read again; one that is broken leaves those of before', async () => {
  const file = join(folder, 'changing.json')
  const next = join(folder, 'next.json')
  const publish = async (text: string): Promise<void> => {
    await writeFile(next, text)
    await rename(next, file)
  }
  await publish('{"a":"{ one }"}')
  const failures: unknown[] = []
  const logger = createLogger('silent')
  logger.error = (failure: unknown) => void failures.push(failure)
  const settings = readConfig({ SOUK_TRUSTED_DOCUMENTS: file, SOUK_TRUSTED_DOCUMENTS_CHECK_MS: '20' })
  const trusted = await openTrustedDocuments(settings, logger)
  await publish('{"a":"{ one }","b":"{ two }"}')
  await expect.poll(() => trusted.current().size).toBe(2)
  await publish('{"a":')
  await expect.poll(() => failures.length).toBe(1)
  expect(trusted.current().textOf('b')).toBe('{ two }')
  trusted.close()
})
