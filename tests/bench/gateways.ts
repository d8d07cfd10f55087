/** How each gateway of the benchmark is started in front of the same subgraphs. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, start, type Started } from './processes.ts'

export type GatewayName = 'souk' | 'by-hand'
export type RunningGateway = Started & { readonly url: string }
export type GatewayOptions = { readonly core: number; readonly flags?: readonly string[] }

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export async function startGateway(
  name: GatewayName,
  urls: Readonly<Record<string, string>>,
  { core, flags = [] }: GatewayOptions,
): Promise<RunningGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'souk-bench-'))
  const port = await freePort()
  const supergraph = join(folder, 'supergraph.graphql')
  await writeFile(supergraph, await supergraphWith(urls))
  const command = await commandOf(name, { urls, port, supergraph, folder })
  const [node = '', ...rest] = command
  const started = await start([node, ...flags, ...rest], { core, env: { NODE_ENV: 'production' } })
  return {
    ...started,
    url: `http://127.0.0.1:${port}/graphql`,
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

type Starting = {
  readonly urls: Readonly<Record<string, string>>
  readonly port: number
  readonly supergraph: string
  readonly folder: string
}

async function commandOf(
  name: GatewayName,
  { urls, port, supergraph, folder }: Starting,
): Promise<readonly string[]> {
  switch (name) {
    case 'souk': {
      const config = join(folder, 'config.json')
      await writeFile(config, JSON.stringify({ mode: 'production' }))
      return [
        process.execPath,
        here('../../gateway/src/main.ts'),
        'gateway',
        '--supergraph',
        supergraph,
        '--port',
        String(port),
        '--config',
        config,
      ]
    }
    case 'by-hand':
      return [process.execPath, here('gateways/by-hand.ts'), String(port), JSON.stringify(urls)]
  }
}
