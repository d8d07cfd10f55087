/** Starts the three example subgraphs: `node tests/processes/standalone/serve.ts` serves them on ports 4201 to 4203. */
import { startAccounts } from './accounts.ts'
import { startCatalogue } from './catalogue.ts'
import type { ExampleServer } from './example-server.ts'
import { startReviews } from './reviews.ts'

export const startExamples = async (portFirst: number): Promise<readonly ExampleServer[]> =>
  await Promise.all(
    [startAccounts, startCatalogue, startReviews].map((start, index) =>
      start(portFirst === 0 ? 0 : portFirst + index),
    ),
  )

if (import.meta.main) {
  const servers = await startExamples(4201)
  for (const { name, url } of servers) process.stdout.write(`${name} is at ${url}\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void Promise.all(servers.map(({ close }) => close())))
}
