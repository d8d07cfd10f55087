/** Generates the Prisma client of every subgraph whose schema.prisma changed since the last time. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withFileLock } from './file-lock.mjs'

export const subgraphNames = ['products', 'content', 'creators', 'orders', 'service-providers']

// One run takes 1.2 s of processor time, nearly all of it the start of the Prisma CLI; more than two at once starve each other.
const generateAtOnceMax = 2

/**
 * @param {string} root
 * @param {{ inputsHash: string, env: NodeJS.ProcessEnv, force: boolean }} options
 */
export async function generateClients(root, options) {
  const stale = () =>
    subgraphNames.filter((name) => options.force || !isFresh(root, name, options.inputsHash))
  if (stale().length === 0) return
  await withFileLock(join(root, '.souk', 'bootstrap.lock'), async () => {
    const names = stale().filter((name) => existsSync(schemaFile(root, name)))
    const worker = async () => {
      for (let name = names.shift(); name !== undefined; name = names.shift())
        await generate(root, name, options)
    }
    await Promise.all(Array.from({ length: generateAtOnceMax }, worker))
  })
}

/** The environment in which the Prisma CLI downloads nothing and reports nothing. */
export function prismaEnvironment(/** @type {string} */ root, /** @type {NodeJS.ProcessEnv} */ env) {
  return {
    ...env,
    // An engine that the author has set stays: Prisma's own native one works as well.
    PRISMA_SCHEMA_ENGINE_BINARY:
      env.PRISMA_SCHEMA_ENGINE_BINARY ?? join(root, 'subgraphs/kit/src/database/schema-engine.mjs'),
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  }
}

const schemaFile = (/** @type {string} */ root, /** @type {string} */ name) =>
  join(root, 'subgraphs', name, 'prisma/schema.prisma')
const clientFolder = (/** @type {string} */ root, /** @type {string} */ name) =>
  join(root, 'subgraphs', name, 'src/generated/prisma')

function isFresh(/** @type {string} */ root, /** @type {string} */ name, /** @type {string} */ inputsHash) {
  if (!existsSync(schemaFile(root, name))) return true
  const mark = join(clientFolder(root, name), '.souk-schema')
  return existsSync(mark) && readFileSync(mark, 'utf8') === hashSchema(root, name, inputsHash)
}

/** The packages count too: another Prisma version writes another client. */
function hashSchema(
  /** @type {string} */ root,
  /** @type {string} */ name,
  /** @type {string} */ inputsHash,
) {
  return createHash('sha256')
    .update(inputsHash)
    .update(readFileSync(schemaFile(root, name)))
    .digest('hex')
}

/**
 * @param {string} root
 * @param {string} name
 * @param {{ inputsHash: string, env: NodeJS.ProcessEnv }} options
 */
async function generate(root, name, { inputsHash, env }) {
  const started = Date.now()
  const hash = hashSchema(root, name, inputsHash)
  const { status, output } = await runPrismaGenerate(root, name, env)
  if (status !== 0)
    throw new Error(`${output.trim()}\nThe Prisma client of ${name} could not be generated; see above.`)
  if (!existsSync(clientFolder(root, name))) {
    throw new Error(
      `subgraphs/${name}/prisma/schema.prisma must set output = "../src/generated/prisma" in its generator.`,
    )
  }
  writeFileSync(join(clientFolder(root, name), '.souk-schema'), hash)
  process.stderr.write(
    `souk: generated the Prisma client of ${name} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
  )
}

/**
 * @param {string} root
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ status: number, output: string }>}
 */
function runPrismaGenerate(root, name, env) {
  const args = ['generate', '--config', join(root, 'tests/tools/prisma.config.ts')]
  return new Promise((done) => {
    let output = ''
    const child = spawn(join(root, 'node_modules/.bin/prisma'), args, {
      cwd: join(root, 'subgraphs', name),
      env: prismaEnvironment(root, { ...env, SOUK_PRISMA_SUBGRAPH: name }),
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.once('error', (error) => done({ status: 1, output: error.message }))
    child.once('close', (status) => done({ status: status ?? 1, output }))
  })
}
