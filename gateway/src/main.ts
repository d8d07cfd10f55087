/** The command line: start, gateway, explain, import. Bad input ends in one clear sentence and a non-zero exit. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { ClientError, Fault } from '@souk/contracts'
import { defineCommand, runMain } from 'citty'
import { readConfig } from './config.ts'
import { explain } from './explain.ts'
import { explainStages, readStage } from './explain-stages.ts'
import { demoPeople } from './import/demo/demo-people.ts'
import { openOwnSettings } from './standalone/read-own-settings.ts'
import { startDistributed } from './start-distributed.ts'
import { startStandalone } from './start-standalone.ts'
import { readSupergraph } from './supergraph/read-supergraph.ts'
import { createLogger, type Logger } from './telemetry/logger.ts'
import { untilStopped } from './until-stopped.ts'

// Commands that need the subgraphs load them only then: the gateway alone must run where they are not installed.
const start = defineCommand({
  meta: {
    name: 'start',
    description: 'Everything in one process, with a PostgreSQL and demo data of its own.',
  },
  args: { config: { type: 'string', description: 'A JSON file of settings.' } },
  run: ({ args: { config, _: rest, ...others } }) =>
    orExplain(async () => {
      refuseUnknown(others, rest)
      const settings = await openOwnSettings(process.env, config)
      const { startEmbedded } = await import('./start-embedded.ts')
      await untilStopped((signal) => startEmbedded(settings, signal), lastWords())
    }),
})

const importCommand = defineCommand({
  meta: {
    name: 'import',
    description: 'Imports a file of retail lines as products, orders and after-sale cases.',
  },
  args: {
    retail: { type: 'string', required: true, description: 'The file: CSV, or CSV packed with gzip.' },
  },
  run: ({ args: { retail, _: rest, ...others } }) =>
    orExplain(async () => {
      refuseUnknown(others, rest)
      const config = readConfig(process.env)
      const { importRetail } = await import('./import-retail.ts')
      const isBalanced = await importRetail(config, retail, untilInterrupted())
      if (!isBalanced) process.exitCode = 1
    }),
})

const gateway = defineCommand({
  meta: {
    name: 'gateway',
    description: "The gateway alone, over Souk's services or in front of any other subgraphs.",
  },
  args: {
    supergraph: {
      type: 'string',
      description: 'A supergraph SDL; its @join__graph say where subgraphs are.',
    },
    subgraphs: { type: 'string', description: 'A JSON list of subgraphs to compose: name, url, sdl.' },
    port: { type: 'string', description: 'The port to listen on; 0 takes a free one.' },
    config: { type: 'string', description: 'A JSON file of settings, of URLs and of headers.' },
  },
  run: ({ args }) =>
    orExplain(async () => {
      const {
        supergraph,
        subgraphs,
        port,
        config = process.env.SOUK_CONFIG || undefined,
        _: rest,
        ...others
      } = args
      refuseUnknown(others, rest)
      if (supergraph !== undefined && subgraphs !== undefined)
        throw refuseArguments('--supergraph and --subgraphs exclude each other.')
      const graph = supergraph === undefined ? subgraphs && { subgraphs } : { supergraph }
      if (graph) {
        const options = { environment: process.env, graph, port, config }
        return await untilStopped((signal) => startStandalone(options, signal), lastWords())
      }
      if (port !== undefined) throw refuseArguments('--port goes with --supergraph or --subgraphs.')
      const settings = await openOwnSettings(process.env, config)
      await untilStopped((signal) => startDistributed(settings, signal, demoPeople), lastWords())
    }),
})

// A bug is worth a line whatever level the log has otherwise.
const lastWords = (): Logger => createLogger('fatal')

function refuseUnknown(others: Readonly<Record<string, unknown>>, rest: readonly string[]): void {
  const [unknown] = [...Object.keys(others).map((name) => `--${name}`), ...rest]
  if (unknown !== undefined) throw refuseArguments(`There is no argument ${unknown}.`)
}

const refuseArguments = (message: string): ClientError => new ClientError('GW_CONFIG_INVALID', message)

const explainCommand = defineCommand({
  meta: { name: 'explain', description: 'Prints the plan of a query, without a running system.' },
  args: {
    query: {
      type: 'positional',
      required: false,
      description: 'The query, the name of a file that has it, or - for standard input.',
    },
    operation: { type: 'string', description: 'The operation to explain, if the document has several.' },
    sdl: {
      type: 'string',
      description:
        'SDL files, separated by commas, each named for its subgraph. Without it, the five of Souk.',
    },
    supergraph: { type: 'string', description: 'A supergraph SDL to explain the query on, instead of SDLs.' },
    stage: {
      type: 'string',
      default: 'plan',
      description: `What to print: ${Object.keys(explainStages).join(', ')}.`,
    },
  },
  run: ({ args }) =>
    orExplain(async () => {
      const { query: given, operation, sdl, supergraph, stage: named, _: rest, ...others } = args
      refuseUnknown(others, rest.slice(1))
      const stage = readStage(named)
      const query = await readQuery(given)
      const graph = await readGraph({ sdl, supergraph })
      const config = readConfig(process.env)
      const printed = await explain({ ...graph, query, operationName: operation, stage, config })
      process.stdout.write(`${printed}\n`)
    }),
})

await runMain(
  defineCommand({
    meta: { name: 'souk', description: 'A self-hosted commerce supergraph.' },
    subCommands: { start, gateway, explain: explainCommand, import: importCommand },
  }),
)

async function readQuery(given: string | undefined): Promise<string> {
  if (given === undefined || given === '-') return await readStandardInput()
  if (/[{\s]/.test(given)) return given
  try {
    return await readFile(given, 'utf8')
  } catch {
    throw new ClientError('GW_BAD_REQUEST', `There is no file ${given}, and it is not a query either.`)
  }
}

async function readStandardInput(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk)
  return text
}

async function readGraph({ sdl, supergraph }: { readonly sdl?: string; readonly supergraph?: string }) {
  if (supergraph === undefined) return { subgraphs: await readSdls(sdl) }
  if (sdl !== undefined) throw refuseArguments('--sdl and --supergraph exclude each other.')
  try {
    return { supergraph: readSupergraph(await readFile(supergraph, 'utf8'), supergraph) }
  } catch (error) {
    if (error instanceof ClientError) throw error
    throw new ClientError('GW_BAD_REQUEST', `The supergraph ${supergraph} can't be read.`)
  }
}

async function readSdls(files: string | undefined) {
  if (files === undefined) {
    // Loaded only here: the gateway alone must run where the subgraphs are not installed.
    const { subgraphs } = await import('./deployments/embedded.ts')
    return subgraphs.map(({ name, sdl }) => ({ name, sdl }))
  }
  return await Promise.all(
    files.split(',').map(async (file) => {
      try {
        return { name: basename(file).replace(/\.[^.]+$/, ''), sdl: await readFile(file, 'utf8') }
      } catch {
        throw new ClientError('GW_BAD_REQUEST', `The SDL file ${file} can't be read.`)
      }
    }),
  )
}

function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController()
  const stop = (): void =>
    interrupted.abort(new ClientError('GW_INTERRUPTED', 'Stopped. Run it again to go on where it was.'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  return interrupted.signal
}

// What the user can act on is a sentence; what they can't is a bug, and its stack is what we need.
async function orExplain(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    const isExpected =
      error instanceof ClientError ||
      error instanceof Fault ||
      (error instanceof Error && error.name === 'GraphQLError')
    process.stderr.write(
      `${isExpected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
    )
    process.exitCode = 1
  }
}
