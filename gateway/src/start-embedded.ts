/** Starts everything in this process: PostgreSQL, five subgraphs, the gateway, and on the first start the demo data. */
import { randomIds, startTracing, viewerKeyFrom } from '@souk/contracts'
import { announce } from './announce.ts'
import { systemClock } from './clock.ts'
import { composeOffThread } from './composition/compose-off-thread.ts'
import { openEmbedded } from './deployments/embedded.ts'
import { openEmbeddedCaller } from './embedded-caller.ts'
import { createGateway } from './gateway.ts'
import { demoPeople } from './import/demo/demo-people.ts'
import { seedDemo } from './import/demo/seed-demo.ts'
import { printReport } from './import/print-report.ts'
import { openProgress } from './import/progress/progress.ts'
import { openDatabase } from './open-database.ts'
import type { OwnSettings } from './standalone/read-own-settings.ts'
import { readKeys } from './start-distributed.ts'
import { createLogger } from './telemetry/logger.ts'
import type { Running } from './until-stopped.ts'

export async function startEmbedded(settings: OwnSettings, signal: AbortSignal): Promise<Running> {
  const { config, ...given } = settings
  const startedAtMs = systemClock.monotonicMs()
  const logger = createLogger(config.logLevel)
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const undo of opened.splice(0).toReversed()) await undo()
  }
  try {
    // One process is one service, whatever runs in it.
    const tracing = await startTracing({ service: 'souk', environment: process.env })
    opened.push(tracing.close)
    const database = await openDatabase(config, logger, signal)
    opened.push(database.close)
    const keys = await readKeys(config, demoPeople)
    const viewerKey = viewerKeyFrom(keys.viewerSecret)
    const deployment = await openEmbedded({
      databaseUrl: database.url,
      viewerKey,
      clock: systemClock,
      ids: randomIds(),
      logger,
    })
    opened.push(deployment.close)
    const { subgraphs } = deployment
    const [gateway] = await Promise.all([
      composeOffThread(subgraphs, config).then((supergraph) =>
        createGateway({ ...given, config, supergraph, subgraphs, keys, clock: systemClock, logger }),
      ),
      config.seed === 'demo' ? seed(openEmbeddedCaller(deployment, viewerKey), signal) : undefined,
    ])
    opened.push(gateway.close)
    await deployment.start()
    const { url } = await gateway.listen()
    announce(url, systemClock.monotonicMs() - startedAtMs, keys.development?.tokens ?? [])
    return { close }
  } catch (error) {
    await close()
    throw error
  }
}

async function seed(call: ReturnType<typeof openEmbeddedCaller>, signal: AbortSignal): Promise<void> {
  const progress = openProgress(process.stdout)
  const report = await seedDemo({ call, progress, signal })
  progress.end()
  if (report.state === 'SEEDED') process.stdout.write(`${printReport(report.retail)}\n`)
}
