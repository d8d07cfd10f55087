/** Runs one subgraph as a service of its own: the whole of its `main.ts`. */
import { catchStrayErrors, randomIds, startTracing, viewerKeyFrom } from '@souk/contracts'
import { pino } from 'pino'
import { systemClock } from './clock.ts'
import type { Subgraph } from './subgraph.ts'
import { httpTransport } from './http-transport.ts'
import { serveHttp } from './serve-http.ts'
import { readServiceConfig } from './service-config.ts'

/** Serves until SIGINT or SIGTERM, then finishes what is in flight. A failure to start is one sentence and exit code 1. */
export async function serveSubgraph(subgraph: Subgraph): Promise<void> {
  try {
    await serve(subgraph)
  } catch (error) {
    process.stderr.write(
      `${subgraph.name} can't start: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    process.exitCode = 1
  }
}

async function serve(subgraph: Subgraph): Promise<void> {
  const config = readServiceConfig(subgraph.name, process.env)
  const tracing = await startTracing({ service: `souk-${subgraph.name}`, environment: process.env })
  const logger = pino({ level: config.logLevel, name: subgraph.name })
  const transports = new Map(Object.entries(config.urls).map(([name, url]) => [name, httpTransport(url)]))
  const running = await subgraph.open({
    databaseUrl: config.databaseUrl,
    subscriptionsMax: config.subscriptionsMax,
    viewerKey: viewerKeyFrom(config.viewerSecret),
    transportTo: (name) => transports.get(name) as ReturnType<typeof httpTransport>,
    clock: systemClock,
    ids: randomIds(),
    logger,
  })
  const service = await serveHttp(running, config)
  await running.start()
  logger.info({ url: service.url }, 'serving')
  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => await (stopped ??= stopOnce())
  catchStrayErrors({ logger, stop })
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().then(() => process.exit(0), failed))

  function failed(err: unknown): never {
    logger.fatal({ err }, 'what ran could not be stopped')
    process.exit(1)
  }

  async function stopOnce(): Promise<void> {
    await service.close()
    await running.close()
    await Promise.all([...transports.values()].map((transport) => transport.close()))
    await tracing.close()
  }
}
