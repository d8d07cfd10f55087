/** Installs what the lockfile says, once, and finds the Node that runs everything else. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withFileLock } from './file-lock.mjs'

// The first Node that runs TypeScript without a flag and is still maintained.
const nodeMajorMin = 24
const outputTailLines = 40

/**
 * @param {string} root
 * @returns {Promise<{ inputsHash: string, node: string }>}
 */
export async function installPackages(root) {
  const inputsHash = hashInputs(root)
  const stampFile = join(root, 'node_modules', '.souk-install')
  if (!isInstalled(stampFile, inputsHash)) {
    await withFileLock(join(root, '.souk', 'bootstrap.lock'), async () => {
      if (isInstalled(stampFile, inputsHash)) return
      await install(root)
      mkdirSync(join(root, 'node_modules'), { recursive: true })
      writeFileSync(stampFile, inputsHash)
    })
  }
  return { inputsHash, node: chooseNode(root) }
}

/** Only what decides the result: a new script in package.json must not cost an install. */
function hashInputs(/** @type {string} */ root) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`)
  hash.update(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager)
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, name)))
  return hash.digest('hex')
}

function isInstalled(/** @type {string} */ stampFile, /** @type {string} */ inputsHash) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === inputsHash
}

async function install(/** @type {string} */ root) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const started = Date.now()
  process.stderr.write(`souk: installing packages with ${packageManager} (once, about half a minute) …\n`)
  const { status, output } = await runQuietly(
    'npx',
    ['--yes', packageManager, 'install', '--frozen-lockfile'],
    root,
  )
  if (status === 0) {
    process.stderr.write(`souk: packages installed in ${Math.round((Date.now() - started) / 1000)} s\n`)
    return
  }
  process.stderr.write(`${output.split('\n').slice(-outputTailLines).join('\n')}\n`)
  throw new Error(
    'The packages could not be installed; the lines above say why (no connection to the npm registry?).',
  )
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} root
 * @returns {Promise<{ status: number, output: string }>}
 */
function runQuietly(command, args, root) {
  return new Promise((done) => {
    let output = ''
    const shell = process.platform === 'win32'
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.once('error', (error) => done({ status: 1, output: `${output}${error.message}` }))
    child.once('close', (status) => done({ status: status ?? 1, output }))
  })
}

/** The pinned Node from the registry; where none is made for this platform, or it doesn't start, the one that is running now. */
function chooseNode(/** @type {string} */ root) {
  const pinned = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(pinned) && starts(pinned, root)) return pinned
  if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) return process.execPath
  throw new Error(
    `There is no prebuilt Node for this platform (${process.platform}-${process.arch}${isMusl() ? ', musl' : ''}): ` +
      `install Node ${nodeMajorMin} or newer; this is ${process.version}.`,
  )
}

/** Asked once per Node binary: on musl the glibc build is installed but can't start. */
function starts(/** @type {string} */ node, /** @type {string} */ root) {
  const mark = join(root, 'node_modules', '.souk-node')
  if (existsSync(mark)) return readFileSync(mark, 'utf8') === node
  const ok = spawnSync(node, ['--version']).status === 0
  if (ok) writeFileSync(mark, node)
  return ok
}

function isMusl() {
  return (
    process.platform === 'linux' &&
    existsSync(`/lib/ld-musl-${process.arch === 'x64' ? 'x86_64' : 'aarch64'}.so.1`)
  )
}
