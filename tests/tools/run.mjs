/**
 * Starts everything on a fresh checkout: installs, generates, then runs the wanted command under the pinned Node.
 *
 *   node tests/tools/run.mjs FILE [args]               a TypeScript or JavaScript file
 *   node tests/tools/run.mjs --bin NAME [args]         a tool from node_modules/.bin
 *   node tests/tools/run.mjs --subgraph NAME [args]    one subgraph as a service
 *   node tests/tools/run.mjs --prisma SUBGRAPH [args]  the Prisma CLI for one subgraph
 *   node tests/tools/run.mjs --generate                the Prisma clients, even if nothing changed
 *
 * Plain JavaScript without packages, because it must run on Node 20 before anything is installed.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateClients, prismaEnvironment, subgraphNames } from './generate-clients.mjs'
import { installPackages } from './install-packages.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

try {
  await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`souk: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

async function main(/** @type {readonly string[]} */ args) {
  const [mode, name] = args
  if (mode === '--subgraph' || mode === '--prisma') checkSubgraphName(mode, name)
  const { node, inputsHash } = await installPackages(root)
  const bin = join(root, 'node_modules', '.bin')
  const env = {
    ...process.env,
    PATH: [dirname(node), bin, process.env.PATH].join(delimiter),
    // Half of a start is compiling the same modules as the start before.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'node'),
  }
  // Not before the Prisma CLI: `prisma validate` must also run on a schema that is still wrong.
  if (mode !== '--prisma') await generateClients(root, { inputsHash, env, force: mode === '--generate' })
  if (mode === '--generate') return
  const { command, commandArgs, commandEnv } = resolveCommand(args, { node, bin, env })
  process.exit(await runToTheEnd(command, commandArgs, commandEnv))
}

function checkSubgraphName(/** @type {string} */ mode, /** @type {string | undefined} */ name) {
  if (name !== undefined && subgraphNames.includes(name)) return
  const said = name === undefined ? 'No subgraph was named' : `There is no subgraph "${name}"`
  throw new Error(`${said}: npm run ${mode.slice(2)} -- NAME takes one of ${subgraphNames.join(', ')}.`)
}

/**
 * @param {readonly string[]} args
 * @param {{ node: string, bin: string, env: NodeJS.ProcessEnv }} tools
 */
function resolveCommand(args, { node, bin, env }) {
  const [mode = '', name = '', ...rest] = args
  switch (mode) {
    case '':
      throw new Error('Nothing to run: give a file, --bin, --subgraph, --prisma or --generate.')
    case '--bin':
      return { command: findTool(bin, name), commandArgs: rest, commandEnv: env }
    case '--subgraph':
      return { command: node, commandArgs: [findMain(name), ...rest], commandEnv: env }
    case '--prisma':
      return {
        command: node,
        commandArgs: [join(root, 'tests/tools/prisma.ts'), name, ...rest],
        commandEnv: prismaEnvironment(root, env),
      }
    default:
      return { command: node, commandArgs: args, commandEnv: env }
  }
}

function findTool(/** @type {string} */ bin, /** @type {string} */ name) {
  const tool = join(bin, name)
  if (name === '' || !existsSync(tool)) throw new Error(`There is no tool "${name}" in node_modules/.bin.`)
  return tool
}

function findMain(/** @type {string} */ name) {
  const file = join(root, 'subgraphs', name, 'src/main.ts')
  if (!existsSync(file))
    throw new Error(`subgraphs/${name}/src/main.ts doesn't exist yet, so ${name} can't run as a service.`)
  return file
}

/**
 * Waits for the command, however it ends, and passes on the signals that only reached us.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function runToTheEnd(command, args, env) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => {
        // On a terminal, Ctrl-C goes to the whole group: the child has had it already, and a second one may mean "at once".
        if (signal === 'SIGINT' && process.stdin.isTTY) return
        child.kill(signal)
      })
    }
    child.once('error', fail)
    child.once('close', (code, signal) => done(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}
