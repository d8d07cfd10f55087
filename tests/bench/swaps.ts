/**
 * Twenty changed graphs in a row under load: how many requests failed, and what became of their latency. `npm run bench:swaps`
 *
 * The supergraph's file is written anew each second with one more type in it; the gateway looks at it often enough to see each.
 */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { startGateway } from './gateways.ts'
import { runLoad } from './load.ts'
import { start } from './processes.ts'

const swaps = 20
const here = (path: string): URL => new URL(path, import.meta.url)
const subgraphs = await start([process.execPath, here('subgraphs/serve.ts').pathname], { core: 1 })
const urls = JSON.parse(subgraphs.firstLine) as Record<string, string>
const gateway = await startGateway('souk', urls, {
  core: 0,
  shares: 'nothing',
  settings: { schemaPollMs: 100, logLevel: 'info' },
})
try {
  const query = await readFile(here('graph/queries/big.graphql'), 'utf8')
  const load = {
    url: gateway.url,
    bodies: [JSON.stringify({ query })],
    headers: {},
    connections: 10,
    seconds: swaps,
  }
  await runLoad({ ...load, seconds: 5 })
  const quiet = await runLoad(load)
  const [swapped] = await Promise.all([runLoad(load), changeGraph()])
  const isServed = await hasType(`Later${swaps - 1}`)
  console.log(`without swaps: ${told(quiet)}`)
  console.log(
    `${swaps} swaps: ${told(swapped)}, p99 ${(swapped.p99Ms / quiet.p99Ms).toFixed(2)} × that without`,
  )
  console.log(isServed ? 'the last graph is served' : 'THE LAST GRAPH IS NOT SERVED')
} finally {
  await gateway.stop()
  await subgraphs.stop()
}

function told({ requests, failed, p50Ms, p99Ms }: Awaited<ReturnType<typeof runLoad>>): string {
  return `${requests} requests, ${failed} failed, p50 ${p50Ms.toFixed(1)} p99 ${p99Ms.toFixed(1)} ms`
}

async function changeGraph(): Promise<void> {
  const text = await readFile(gateway.supergraph, 'utf8')
  for (let at = 0; at < swaps; at += 1) {
    await wait(900)
    await writeFile(
      `${gateway.supergraph}.new`,
      `${text}\ntype Later${at} @join__type(graph: ACCOUNTS) { a: Int }\n`,
    )
    await rename(`${gateway.supergraph}.new`, gateway.supergraph)
  }
}

async function hasType(name: string): Promise<boolean> {
  await wait(2_000)
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ __type(name: "${name}") { name } }` }),
  })
  return (await response.text()).includes(`"${name}"`)
}
