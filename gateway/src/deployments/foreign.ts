/** Subgraphs that are not Souk's: read from a supergraph, or from a list and composed; each behind a transport of its own. */
import { dirname, isAbsolute, join } from 'node:path'
import { ClientError } from '@souk/contracts'
import type { Clock } from '../clock.ts'
import { composeOffThread } from '../composition/compose-off-thread.ts'
import type { ConnectedSubgraph } from '../gateway.ts'
import { type ListedSubgraph, readSubgraphList } from '../standalone/read-subgraph-list.ts'
import type { StandaloneSettings } from '../standalone/read-settings.ts'
import { noOwnership } from '../supergraph/check-ownership.ts'
import { readSupergraph } from '../supergraph/read-supergraph.ts'
import type { Supergraph } from '../supergraph/supergraph.ts'
import type { Logger } from '../telemetry/logger.ts'
import { httpTransport } from '../transports/http.ts'
import { fetchSdl } from './fetch-sdl.ts'

export type ForeignGraph = {
  readonly supergraph: Supergraph
  readonly subgraphs: readonly ConnectedSubgraph[]
}

export type Opening = {
  readonly settings: StandaloneSettings
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly readFile: (name: string) => Promise<FoundFile>
  /** Whatever is opened on the way is closed by the caller, also when a later part fails. */
  readonly opened: (() => Promise<void>)[]
}

export type FoundFile = { readonly path: string; readonly text: string }

export async function openSupergraph(file: string, opening: Opening): Promise<ForeignGraph> {
  const supergraph = readSupergraph((await opening.readFile(file)).text, file)
  refuseUnknownNames(supergraph.subgraphs, opening.settings)
  return { supergraph, subgraphs: connect(supergraph.subgraphs, opening) }
}

export async function openList(file: string, opening: Opening): Promise<ForeignGraph> {
  const { path, text } = await opening.readFile(file)
  const listed = readSubgraphList(text, file)
  refuseUnknownNames(listed, opening.settings)
  const connected = connect(listed, opening)
  const subgraphs = await Promise.all(
    connected.map(async (subgraph, index) => {
      const sdl = await readOrFetch({ ...subgraph, file: listed[index]?.sdl, folder: dirname(path) }, opening)
      return { ...subgraph, sdl }
    }),
  )
  const supergraph = await composeOffThread(subgraphs, opening.settings.config, noOwnership)
  return { supergraph, subgraphs }
}

type Address = Pick<ListedSubgraph, 'name' | 'url'>

function connect(
  addresses: readonly Address[],
  { settings, opened }: Opening,
): readonly (ConnectedSubgraph & Address)[] {
  const { config, urls, fixedHeaders } = settings
  return addresses.map(({ name, url: written }) => {
    const url = urls[name] ?? written
    refuseAddress(name, url)
    const own = fixedHeaders.filter(({ to }) => to === undefined || to.includes(name))
    const transport = httpTransport({
      url,
      connectionsMax: config.subgraphConnectionsMax,
      responseBytesMax: config.subgraphResponseBytesMax,
      foreign: { headers: Object.fromEntries(own.map((header) => [header.name, header.value])) },
    })
    opened.push(() => transport.close())
    return { name, url, transport }
  })
}

type Readable = ConnectedSubgraph &
  Address & {
    readonly file: string | undefined
    readonly folder: string
  }

async function readOrFetch(
  { name, url, transport, file, folder }: Readable,
  opening: Opening,
): Promise<string> {
  const { settings, clock, signal, logger, readFile } = opening
  if (file !== undefined) return (await readFile(isAbsolute(file) ? file : join(folder, file))).text
  return await fetchSdl(
    { name, url, transport },
    {
      clock,
      signal,
      subgraphStartMsMax: settings.config.subgraphStartMsMax,
      viewerToken: () => Promise.resolve(''),
      onWait: (reason) => logger.warn({ subgraph: name, url, reason }, 'waiting for a subgraph'),
    },
  )
}

function refuseAddress(name: string, url: string): void {
  const refuse = (what: string): never => {
    throw new ClientError(
      'GW_CONFIG_INVALID',
      `The subgraph ${name} ${what}. Give its URL in @join__graph, or under "urls" in the --config file.`,
    )
  }
  if (url === '') refuse('has no URL')
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    refuse(`has the URL ${JSON.stringify(url)}, which is not http(s)`)
  // They would end up in logs and messages; a header is the place for them.
  if (new URL(url).username !== '') refuse('has a URL with a user name in it')
}

function refuseUnknownNames(known: readonly { readonly name: string }[], settings: StandaloneSettings): void {
  const { urls, forwarding, fixedHeaders } = settings
  const named = [...Object.keys(urls), ...[...forwarding, ...fixedHeaders].flatMap(({ to = [] }) => to)]
  const unknown = named.find((name) => !known.some((subgraph) => subgraph.name === name))
  if (unknown === undefined) return
  throw new ClientError(
    'GW_CONFIG_INVALID',
    `The --config file names the subgraph ${unknown}; there are ${known.map(({ name }) => name).join(', ')}.`,
  )
}
