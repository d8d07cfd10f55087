/**
 * Souk beside other gateways on the public federation benchmark: `npm run bench [-- --gateway NAME] [--work NAME] [--seconds N] [--rounds N]`.
 * Peers install when they are first run. Bodies are compared before anything is measured; gateways take turns; ratios are within one run.
 */
import { cpus, totalmem } from 'node:os'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type GatewayName, gatewayNames, installPeer, startGateway } from './gateways.ts'
import { loadTool, runLoad } from './load.ts'
import { cpuSeconds, residentMb, start } from './processes.ts'
import { type Measured, writeResults } from './write-results.ts'
import { type WorkName, works } from './works.ts'

const { values } = parseArgs({
  options: {
    gateway: { type: 'string', multiple: true },
    work: { type: 'string', multiple: true },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
    'dry-run': { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const here = (path: string): URL => new URL(path, import.meta.url)
const names = (values.gateway ?? gatewayNames) as readonly GatewayName[]
const wanted = (values.work ?? Object.keys(works)) as readonly WorkName[]
const measured: Measured[] = []

await run()

async function run(): Promise<void> {
  for (const workName of wanted) for (const name of names) await measure(workName, name)
  if (!values['dry-run'])
    await writeResults(measured, {
      machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${loadTool()}`,
      date: new Date().toISOString().slice(0, 10),
    })
}

async function measure(workName: WorkName, name: GatewayName): Promise<void> {
  const work = works[workName]
  if (!work.runs(name)) return
  await installPeer(name)
  const args = [here('subgraphs/serve.ts').pathname, '--delay-ms', String(work.delayMs ?? 0)]
  const subgraphs = await start([process.execPath, ...args], { core: 1 })
  const urls = JSON.parse(subgraphs.firstLine) as Record<string, string>
  try {
    const gateway = await startGateway(name, urls, { core: 0, shares: work.shares })
    try {
      await refuseOther(gateway.url, workName)
      await round(workName, gateway.url, 3)
      const rounds: Measured[] = []
      for (let at = 0; at < Number(values.rounds); at += 1) {
        const [cpuBefore, callsBefore] = [cpuSeconds(gateway.pid), await callsOf(urls)]
        const result = await round(workName, gateway.url, seconds)
        rounds.push({
          work: workName,
          gateway: name,
          requestsPerSecond: result.requests / seconds,
          cpuSecondsPerThousand: ((cpuSeconds(gateway.pid) - cpuBefore) / result.requests) * 1_000,
          p50Ms: result.p50Ms,
          p99Ms: result.p99Ms,
          residentMb: residentMb(gateway.pid),
          callsPerRequest: ((await callsOf(urls)) - callsBefore) / result.requests,
          failed: result.failed,
        })
      }
      const median = rounds.toSorted((one, other) => one.cpuSecondsPerThousand - other.cpuSecondsPerThousand)[
        Math.floor(rounds.length / 2)
      ]
      if (median === undefined) return
      measured.push(median)
      console.log(
        `${workName} ${name}: ${median.requestsPerSecond.toFixed(0)} req/s, CPU ${median.cpuSecondsPerThousand.toFixed(3)} s per 1,000, p50 ${median.p50Ms.toFixed(1)} p99 ${median.p99Ms.toFixed(1)} ms, ${median.residentMb} MB, ${median.callsPerRequest.toFixed(2)} calls, ${median.failed} failed`,
      )
    } finally {
      await gateway.stop()
    }
  } finally {
    await subgraphs.stop()
  }
}

async function round(workName: WorkName, url: string, during: number) {
  const { bodies, isEachAlone = false } = works[workName]
  const load = { url, bodies: await bodies(), headers: {}, isEachAlone, connections: 50, seconds: during }
  return await runLoad(load)
}

// A gateway that answers something else measures something else.
async function refuseOther(url: string, workName: WorkName): Promise<void> {
  const { bodies, expected } = works[workName]
  const [body = ''] = await bodies()
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const answered = JSON.parse(await response.text()) as { readonly data?: unknown }
  const right = JSON.parse(await readFile(here(`graph/expected/${expected}.json`), 'utf8')) as {
    readonly data: unknown
  }
  if (sorted(answered.data) !== sorted(right.data))
    throw new Error(
      `${url} answers ${workName} with something else: ${JSON.stringify(answered).slice(0, 300)}`,
    )
}

// The order of keys is the gateway's business here: some have another.
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )
}

async function callsOf(urls: Readonly<Record<string, string>>): Promise<number> {
  const [url = ''] = Object.values(urls)
  return Number(await (await fetch(new URL('/calls', url))).text())
}
