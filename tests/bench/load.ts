/** Load on one URL: wrk where there is one, else autocannon, on the core that the gateway isn't on. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import autocannon from 'autocannon'

export type Load = {
  readonly url: string
  readonly bodies: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  /** Another Authorization for each request, so that nothing may be shared. */
  readonly isEachAlone?: boolean
  readonly connections: number
  readonly seconds: number
}

export type LoadResult = {
  readonly requests: number
  readonly failed: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export const loadTool = (): string => (existsSync('/usr/bin/wrk') ? 'wrk' : 'autocannon')

export const runLoad = async (load: Load): Promise<LoadResult> =>
  loadTool() === 'wrk' ? await runWrk(load) : await runAutocannon(load)

async function runWrk(load: Load): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'souk-bench-'))
  try {
    const script = join(folder, 'load.lua')
    await writeFile(script, luaOf(load))
    const { stdout } = await promisify(execFile)('taskset', [
      '-c',
      '1',
      'wrk',
      '-t1',
      `-c${load.connections}`,
      `-d${load.seconds}s`,
      '--timeout',
      '10s',
      '-s',
      script,
      load.url,
    ])
    const [, text = '{}'] = /RESULT (\{.*\})/.exec(stdout) ?? []
    return JSON.parse(text) as LoadResult
  } finally {
    await rm(folder, { recursive: true })
  }
}

function luaOf({ bodies, headers, isEachAlone = false }: Load): string {
  const given = Object.entries({ 'content-type': 'application/json', ...headers })
  return `
local bodies = { ${bodies.map((body) => `[==[${body}]==]`).join(', ')} }
local headers = { ${given.map(([name, value]) => `["${name}"] = "${value}"`).join(', ')} }
local at = 0
request = function()
  at = at + 1
  ${isEachAlone ? 'headers["authorization"] = "Basic " .. at' : ''}
  return wrk.format("POST", nil, headers, bodies[at % #bodies + 1])
end
done = function(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format('RESULT {"requests": %d, "failed": %d, "p50Ms": %.3f, "p99Ms": %.3f}\\n',
    summary.requests, failed, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
`
}

async function runAutocannon({
  url,
  bodies,
  headers,
  isEachAlone = false,
  connections,
  seconds,
}: Load): Promise<LoadResult> {
  let at = 0
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    requests: [
      {
        setupRequest: (request) => ({
          ...request,
          body: bodies[at++ % bodies.length] ?? '',
          headers: { ...request.headers, ...(isEachAlone && { authorization: `Basic ${at}` }) },
        }),
      },
    ],
  })
  return {
    requests: result.requests.total,
    failed: result.errors + result.non2xx,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  }
}
