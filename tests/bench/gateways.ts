/** How each gateway of the benchmark is installed and started in front of the same subgraphs. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort, start, type Started } from './processes.ts'

export const gatewayNames = [
  'souk',
  'by-hand',
  'apollo',
  'hive',
  'hive-rust',
  'mercurius',
  'grafbase',
] as const
export type GatewayName = (typeof gatewayNames)[number]
export type RunningGateway = Started & { readonly url: string; readonly supergraph: string }

/** Identical subgraph calls in flight, or whole queries too, where a gateway can be told. */
export type Shares = 'nothing' | 'calls' | 'queries'

export type GatewayOptions = {
  readonly core: number
  readonly shares: Shares
  /** Of Node. */
  readonly flags?: readonly string[]
  /** Of Souk. */
  readonly settings?: Readonly<Record<string, string | number>>
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const peerFolders: Readonly<Partial<Record<GatewayName, string>>> = {
  apollo: here('peers/apollo'),
  hive: here('peers/hive'),
  'hive-rust': here('peers/hive'),
  mercurius: here('peers/mercurius'),
  grafbase: here('peers/grafbase'),
}

export async function installPeer(name: GatewayName): Promise<void> {
  const folder = peerFolders[name]
  if (folder === undefined || existsSync(join(folder, 'node_modules'))) return
  console.log(`installing ${name}`)
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: folder,
  })
}

export async function startGateway(
  name: GatewayName,
  urls: Readonly<Record<string, string>>,
  { core, shares, flags = [], settings = {} }: GatewayOptions,
): Promise<RunningGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'souk-bench-'))
  const port = await freePort()
  const supergraph = join(folder, 'supergraph.graphql')
  await writeFile(supergraph, await supergraphWith(urls))
  const [program = '', ...rest] = await commands[name]({ urls, port, supergraph, folder, shares, settings })
  const args = program === process.execPath ? [...flags, ...rest] : rest
  const started = await start([program, ...args], { core, cwd: folder, env: { NODE_ENV: 'production' } })
  const url = `http://127.0.0.1:${port}/graphql`
  await untilAnswers(url)
  return {
    ...started,
    url,
    supergraph,
    async stop() {
      await started.stop()
      await rm(folder, { recursive: true })
    },
  }
}

async function supergraphWith(urls: Readonly<Record<string, string>>): Promise<string> {
  const text = await readFile(here('graph/supergraph.graphql'), 'utf8')
  return text.replaceAll(
    /@join__graph\(name: "(\w+)", url: "[^"]*"\)/g,
    (_, name: string) => `@join__graph(name: "${name}", url: "${urls[name]}")`,
  )
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(url, { method: 'POST', headers, body: '{"query":"{ __typename }"}' })
      if (response.ok) return
    } catch {
      // Not yet.
    }
    await wait(100)
  }
  throw new Error(`${url} does not answer.`)
}

type Starting = {
  readonly urls: Readonly<Record<string, string>>
  readonly port: number
  readonly supergraph: string
  readonly folder: string
  readonly shares: Shares
  readonly settings: Readonly<Record<string, string | number>>
}

type Command = (starting: Starting) => Promise<readonly string[]>

const commands: Readonly<Record<GatewayName, Command>> = {
  async souk({ port, supergraph, folder, shares, settings }) {
    const config = join(folder, 'config.json')
    const sharing = {
      sharedCalls: shares === 'nothing' ? 'off' : 'on',
      sharedQueries: shares === 'queries' ? 'on' : 'off',
    }
    // Rates are per viewer, and the benchmark is one viewer.
    await writeFile(
      config,
      JSON.stringify({ mode: 'production', rateLimits: 'off', introspection: 'on', ...sharing, ...settings }),
    )
    const main = here('../../gateway/src/main.ts')
    return [
      process.execPath,
      main,
      'gateway',
      '--supergraph',
      supergraph,
      '--port',
      String(port),
      '--config',
      config,
    ]
  },
  'by-hand': ({ port, urls }) =>
    Promise.resolve([process.execPath, here('gateways/by-hand.ts'), String(port), JSON.stringify(urls)]),
  apollo: ({ port, supergraph }) =>
    Promise.resolve([process.execPath, here('gateways/apollo.ts'), String(port), supergraph]),
  mercurius: ({ port, urls }) =>
    Promise.resolve([process.execPath, here('gateways/mercurius.ts'), String(port), JSON.stringify(urls)]),
  hive: (starting) => Promise.resolve(hive(starting, ['--jit'])),
  'hive-rust': (starting) => Promise.resolve(hive(starting, ['--hive-router-runtime'])),
  async grafbase({ urls, port, folder, shares }) {
    const binary = here('peers/grafbase/node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase')
    await chmod(binary, 0o755)
    const config = join(folder, 'grafbase.toml')
    const subgraphs = Object.entries(urls).map(
      ([name, url]) =>
        `[subgraphs.${name}]\nurl = "${url}"\nschema_path = "${here(`graph/${name}.graphql`)}"\n`,
    )
    const deduplicates = shares === 'nothing' ? 'false' : 'true'
    await writeFile(
      config,
      `[traffic_shaping]\ninflight_deduplication = ${deduplicates}\n\n${subgraphs.join('\n')}`,
    )
    return [binary, 'dev', '-c', config, '-p', String(port)]
  },
}

const hive = ({ port, supergraph }: Starting, flags: readonly string[]): readonly string[] => [
  process.execPath,
  here('peers/hive/node_modules/@graphql-hive/gateway/dist/bin.js'),
  'supergraph',
  supergraph,
  '-h',
  '127.0.0.1',
  '-p',
  String(port),
  ...flags,
]
