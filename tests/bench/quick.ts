/** One gateway, one query, some rounds: what a change is worth while it is being made. `node tests/tools/run.mjs tests/bench/quick.ts souk big 5`; what follows is for its Node. */
import { readFile } from 'node:fs/promises'
import { startGateway, type GatewayName } from './gateways.ts'
import { runLoad } from './load.ts'
import { cpuSeconds, residentMb, start } from './processes.ts'

const [name = 'souk', query = 'big', seconds = '6', ...flags] = process.argv.slice(2)
const subgraphs = await start([process.execPath, new URL('subgraphs/serve.ts', import.meta.url).pathname], {
  core: 1,
})
const urls = JSON.parse(subgraphs.firstLine) as Record<string, string>
const gateway = await startGateway(name as GatewayName, urls, {
  core: 0,
  shares: (process.env.SHARES ?? 'nothing') as 'nothing',
  flags,
})
try {
  const text = await readFile(new URL(`graph/queries/${query}.graphql`, import.meta.url), 'utf8')
  const body = JSON.stringify({ query: text })
  const answer = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const answered = await answer.text()
  if (answered.includes('"errors"')) console.log(answered.slice(0, 400))
  console.log(`${name} ${query}: ${answered.length} characters`)
  const load = { url: gateway.url, bodies: [body], headers: {}, connections: 50 }
  await runLoad({ ...load, seconds: 3 })
  for (let round = 0; round < 2; round += 1) {
    const before = cpuSeconds(gateway.pid)
    const result = await runLoad({ ...load, seconds: Number(seconds) })
    const cpu = ((cpuSeconds(gateway.pid) - before) / result.requests) * 1000
    console.log(
      `${Math.round(result.requests / Number(seconds))} req/s, CPU ${cpu.toFixed(3)} s per 1,000, p50 ${result.p50Ms} p99 ${result.p99Ms} ms, ${residentMb(gateway.pid)} MB, failed ${result.failed}`,
    )
  }
} finally {
  await gateway.stop()
  await subgraphs.stop()
}
