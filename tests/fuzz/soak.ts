/** A gateway at full load for long, with what clients do in a day: prints what it holds each minute, and at the end whether that grows. */
import { setTimeout as wait } from 'node:timers/promises'
import { inspect, parseArgs } from 'node:util'
import { openFuzzGraph } from './fuzz-graph.ts'
import { countHandles, heapAfterCollection, watchProcess } from './oracles.ts'
import { type Doing, doings, openSoakClient } from './soak-clients.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3600' },
    clients: { type: 'string', default: '24' },
    'minute-seconds': { type: 'string', default: '60' },
  },
})
// Below what a leak of a hundred bytes for each request would come to.
const heapMbPerHourMax = 20
const minuteMs = Number(values['minute-seconds']) * 1_000
const watch = watchProcess()
const graph = await openFuzzGraph({
  SOUK_RATE_LIMITS: 'on',
  // Some of those without a token are told to wait.
  SOUK_RATE_ADDRESS_COST: '2000',
  SOUK_RATE_VIEWER_COST: '1000000000',
  SOUK_RATE_APP_COST: '1000000000',
  SOUK_SUBGRAPH_BREAKER_PERCENT: '50',
  // Within the pause before a minute is counted, so that no reservation is left.
  SOUK_STREAM_RESERVATION_MS_MAX: '1500',
})
const client = openSoakClient(graph)
const counts = new Map<string, number>()
const rows: Row[] = []

type Row = {
  readonly minute: number
  readonly heapMb: number
  readonly rssMb: number
  readonly handles: number
}

// What is thrown out here is noted by the watch as well, and would be waited for without an end.
process.once('uncaughtException', (fault) => {
  print(`FAILED: ${inspect(fault)}`)
  process.exit(1)
})
const untilMs = performance.now() + Number(values.seconds) * 1_000
print('| minute | requests | events | 429 | 5xx | heap MB | RSS MB | handles | upstream subscriptions |')
print('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
for (let minute = 1; performance.now() < untilMs; minute += 1) {
  const endMs = performance.now() + minuteMs
  const faulty = setInterval(() => {
    graph.fault = graph.fault === undefined ? { answer: () => '{"data":{"_entities":[null,7' } : undefined
  }, minuteMs / 10)
  await Promise.all([
    ...Array.from(
      { length: Number(values.clients) },
      async (_none, at) => await act(endMs, minute * 1_000 + at),
    ),
    graph.swap(),
  ])
  clearInterval(faulty)
  graph.fault = undefined
  await report(minute)
}
print(verdict())
client.close()
await graph.close()
watch.end()
process.exit(0)

async function act(endMs: number, seed: number): Promise<void> {
  let at = seed
  while (performance.now() < endMs) {
    at += 1
    const doing = doings[(at * 7 + seed) % doings.length] as Doing
    await doing({ client, graph, at, count })
  }
}

function count(what: string, times = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + times)
}

// What nobody asks for any more is freed, closed and left before it is counted.
async function report(minute: number): Promise<void> {
  client.hangUp()
  await wait(3_000)
  watch.check()
  const heapMb = (await heapAfterCollection()) / 1_048_576
  const rssMb = process.memoryUsage().rss / 1_048_576
  const handles = Object.values(countHandles()).reduce((sum, one) => sum + one, 0)
  rows.push({ minute, heapMb, rssMb, handles })
  const seen = ['requests', 'events', '429', '5xx'].map((what) => counts.get(what) ?? 0)
  counts.clear()
  print(`| ${[minute, ...seen, heapMb.toFixed(1), rssMb.toFixed(0), handles, graph.readers()].join(' | ')} |`)
}

/** The first minutes fill caches; what comes after them has to stay. */
function verdict(): string {
  const settled = rows.slice(Math.min(5, Math.floor(rows.length / 3)))
  const perHour = slope(settled.map(({ minute, heapMb }) => [minute * (minuteMs / 3_600_000), heapMb]))
  const handles = settled.map((row) => row.handles)
  const areHandlesFlat = Math.max(...handles) - Math.min(...handles) <= 2
  const isHeapFlat = perHour < heapMbPerHourMax
  return [
    `After ${settled.length} minutes of ${rows.length}: the heap changes by ${perHour.toFixed(2)} MB an hour, ${isHeapFlat ? 'flat' : 'IT GROWS'};`,
    `handles from ${Math.min(...handles)} to ${Math.max(...handles)}, ${areHandlesFlat ? 'flat' : 'NOT FLAT'}.`,
  ].join(' ')
}

/** Of the line with the least squares. */
function slope(points: readonly (readonly number[])[]): number {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + (point[at] ?? 0), 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const covariance = points.reduce((sum, [px = 0, py = 0]) => sum + (px - x) * (py - y), 0)
  const variance = points.reduce((sum, [px = 0]) => sum + (px - x) ** 2, 0)
  return variance === 0 ? 0 : covariance / variance
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
