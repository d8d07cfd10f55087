/** Serves the four subgraphs, each on a port of its own, and says on /calls how often they were asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { answerOnce } from './answer-once.ts'
import { type BenchSubgraph, subgraphNames } from './resolvers.ts'

const { values } = parseArgs({ options: { 'delay-ms': { type: 'string', default: '0' } } })
const delayMs = Number(values['delay-ms'])
let calls = 0
const urls = Object.fromEntries(
  await Promise.all(subgraphNames.map(async (name) => [name, await serve(name)])),
)
process.stdout.write(`${JSON.stringify(urls)}\n`)

async function serve(name: BenchSubgraph): Promise<string> {
  const answer = answerOnce(name)
  const server = createServer(
    { keepAliveTimeout: 60_000 },
    (request, response) => void serveOne(request, response),
  )
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`

  async function serveOne(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/calls') return void response.end(String(calls))
    calls += 1
    const body = await answer(await readBody(request))
    if (delayMs > 0) await wait(delayMs)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    response.end(body)
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
