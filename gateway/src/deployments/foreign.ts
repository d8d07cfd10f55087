/** Subgraphs that are not Souk's: read from a supergraph, or from a list and composed; each behind a transport of its own. */
import { dirname, isAbsolute, join } from 'node:path'
import { ClientError } from '@souk/contracts'
import type { Clock } from '../clock.ts'
import { composeOffThread, readSupergraphOffThread } from '../composition/compose-off-thread.ts'
import type { ConnectedSubgraph } from '../request/served-graph.ts'
import { type ListedSubgraph, readSubgraphList } from '../standalone/read-subgraph-list.ts'
import type { FoundFile } from '../standalone/find-file.ts'
import type { StandaloneSettings } from '../standalone/read-settings.ts'
import { noOwnership } from '../supergraph/check-ownership.ts'
import type { WatchedGraph } from '../swapping/watch-graph.ts'
import type { Logger } from '../telemetry/logger.ts'
import { namesReturned, rulesFrom } from '../transports/return-headers.ts'
import { remoteTransport } from '../transports/remote.ts'
import { fetchSdl } from './fetch-sdl.ts'

export type Opening = {
  readonly settings: StandaloneSettings
  readonly clock: Clock
  readonly logger: Logger
  readonly readFile: (name: string) => Promise<FoundFile>
}

/** A supergraph, or a list of subgraphs to compose: names of files. */
export type GraphFile = { readonly supergraph: string } | { readonly subgraphs: string }

/** What the graph is made of as it is now, to be composed and connected to once it is known to be another one. */
export async function lookAtGraph(
  file: GraphFile,
  opening: Opening,
  signal: AbortSignal,
): Promise<WatchedGraph> {
  return 'supergraph' in file
    ? await lookAtSupergraph(file.supergraph, opening)
    : await lookAtList(file.subgraphs, opening, signal)
}

async function lookAtSupergraph(file: string, opening: Opening): Promise<WatchedGraph> {
  const { text } = await opening.readFile(file)
  return {
    text,
    async open() {
      const supergraph = await readSupergraphOffThread(text, file, opening.settings.config)
      refuseUnknownNames(supergraph.subgraphs, opening.settings)
      const { subgraphs, close } = connect(supergraph.subgraphs, opening)
      return { source: { supergraph, subgraphs }, close }
    },
  }
}

async function lookAtList(file: string, opening: Opening, signal: AbortSignal): Promise<WatchedGraph> {
  const { path, text } = await opening.readFile(file)
  const listed = readSubgraphList(text, file)
  refuseUnknownNames(listed, opening.settings)
  const asking = connect(listed, opening)
  let sdls: readonly string[]
  try {
    sdls = await Promise.all(
      asking.subgraphs.map(
        async (subgraph, index) =>
          await readOrFetch(
            { ...subgraph, file: listed[index]?.sdl, folder: dirname(path) },
            { opening, signal },
          ),
      ),
    )
  } finally {
    await asking.close()
  }
  return {
    text: JSON.stringify([listed, sdls]),
    async open() {
      const supergraph = await composeOffThread(
        listed.map(({ name, url }, index) => ({ name, url, sdl: sdls[index] ?? '' })),
        opening.settings.config,
        noOwnership,
      )
      const { subgraphs, close } = connect(listed, opening)
      return { source: { supergraph, subgraphs }, close }
    },
  }
}

type Address = Pick<ListedSubgraph, 'name' | 'url'>

type Connected = {
  readonly subgraphs: readonly (ConnectedSubgraph & Address)[]
  readonly close: () => Promise<void>
}

function connect(addresses: readonly Address[], { settings }: Opening): Connected {
  const { config, urls, fixedHeaders, returning, subscriptions } = settings
  const subgraphs = addresses.map(({ name, url: written }) => {
    const url = urls[name] ?? written
    refuseAddress(name, url)
    const own = fixedHeaders.filter(({ to }) => to === undefined || to.includes(name))
    const transport = remoteTransport({
      url,
      connectionsMax: config.subgraphConnectionsMax,
      responseBytesMax: config.subgraphResponseBytesMax,
      foreign: { headers: Object.fromEntries(own.map((header) => [header.name, header.value])) },
      events: subscriptions[name],
      returned: namesReturned(rulesFrom(name, returning)),
    })
    return { name, url, transport }
  })
  return {
    subgraphs,
    close: async () => void (await Promise.all(subgraphs.map(({ transport }) => transport.close()))),
  }
}

type Readable = ConnectedSubgraph &
  Address & {
    readonly file: string | undefined
    readonly folder: string
  }

async function readOrFetch(
  { name, url, transport, file, folder }: Readable,
  { opening, signal }: { readonly opening: Opening; readonly signal: AbortSignal },
): Promise<string> {
  const { settings, clock, logger, readFile } = opening
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
  const { urls, subscriptions, traffic, forwarding, returning, fixedHeaders } = settings
  const named = [
    ...Object.keys({ ...urls, ...subscriptions, ...traffic }),
    ...[...forwarding, ...fixedHeaders].flatMap(({ to = [] }) => to),
    ...returning.flatMap(({ from = [] }) => from),
  ]
  const unknown = named.find((name) => !known.some((subgraph) => subgraph.name === name))
  if (unknown === undefined) return
  throw new ClientError(
    'GW_CONFIG_INVALID',
    `The --config file names the subgraph ${unknown}; there are ${known.map(({ name }) => name).join(', ')}.`,
  )
}
