/** A running gateway whose supergraph file is changed: the new graph is served without a restart, a broken one changes nothing. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '@souk/gateway'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSouk } from '../support/process.ts'
import type { ExampleServer } from './standalone/example-server.ts'
import { startExamples } from './standalone/serve.ts'

let folder: string
let examples: readonly ExampleServer[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-changed-'))
  examples = await startExamples(0)
})

afterAll(async () => {
  await Promise.all(examples.map(({ close }) => close()))
  await rm(folder, { recursive: true, force: true })
})

async function ask(url: string, query: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  return (await response.json()) as Record<string, unknown>
}

async function composed(): Promise<string> {
  const subgraphs = await Promise.all(
    examples.map(async ({ name, url }) => {
      const { data } = await ask(url, '{ _service { sdl } }')
      return { name, url, sdl: (data as { readonly _service: { readonly sdl: string } })._service.sdl }
    }),
  )
  return compose(subgraphs, { keyOnly: [], allowsSharedFields: true }).sdl
}

test('a changed supergraph file is served at the next look, and a broken one leaves the graph and says why', async () => {
  const file = join(folder, 'supergraph.graphql')
  const whole = await composed()
  // As an editor does: a reader sees the old file or the new one, never half of it.
  const write = async (text: string): Promise<void> => {
    await writeFile(`${file}.new`, text)
    await rename(`${file}.new`, file)
  }
  const withoutMe = whole.replace(/\n\s+me: [^\n]*/, '')
  expect(withoutMe).not.toBe(whole)
  await write(withoutMe)
  const config = join(folder, 'config.json')
  await writeFile(config, JSON.stringify({ schemaPollMs: 50 }))
  const souk = startSouk(
    ['gateway/src/main.ts', 'gateway', '--supergraph', file, '--port', '0', '--config', config],
    { NODE_COMPILE_CACHE: join(folder, 'compiled') },
  )
  try {
    const [, url = ''] = await souk.says(/(http:\/\/127\.0\.0\.1:\d+\/graphql)/)
    expect(await ask(url, '{ me { name } }')).toMatchObject({
      errors: [{ extensions: { code: 'GW_VALIDATION_FAILED' } }],
    })
    await write(whole)
    await expect
      .poll(() => ask(url, '{ me { name } }'), { timeout: 30_000 })
      .toEqual({ data: { me: { name: 'Ada' } } })
    await write(whole.replace('type Query', 'type Query {'))
    const [said] = await souk.says(/[^\n]*the one before it stays[^\n]*/)
    expect(said).toContain('supergraph.graphql is not GraphQL SDL')
    expect(await ask(url, '{ me { name } }')).toEqual({ data: { me: { name: 'Ada' } } })
  } finally {
    souk.child.kill('SIGTERM')
  }
  expect(await souk.ended).toBe(0)
})
