/** `npm run import`: one retail file into the platform, beside a running `npm start` or without it. */
import { randomBytes } from 'node:crypto'
import { randomIds, viewerKeyFrom } from '@souk/contracts'
import { systemClock } from './clock.ts'
import type { GatewayConfig } from './config.ts'
import { openEmbedded } from './deployments/embedded.ts'
import { openEmbeddedCaller } from './embedded-caller.ts'
import { printReport } from './import/print-report.ts'
import { openProgress } from './import/progress/progress.ts'
import { runImport } from './import/run-import.ts'
import { joinDatabase } from './open-database.ts'
import { createLogger } from './telemetry/logger.ts'

/** Resolves to whether both sides of the reconciliation are equal to the penny. */
export async function importRetail(
  config: GatewayConfig,
  file: string,
  signal: AbortSignal,
): Promise<boolean> {
  const logger = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel)
  const database = await joinDatabase(config, logger, signal)
  // Only this process signs and verifies with it: the subgraphs it calls are its own.
  const viewerKey = viewerKeyFrom(randomBytes(32).toString('hex'))
  try {
    const deployment = await openEmbedded({
      databaseUrl: database.url,
      viewerKey,
      clock: systemClock,
      ids: randomIds(),
      logger,
    })
    try {
      const progress = openProgress(process.stdout)
      const report = await runImport({
        file,
        call: openEmbeddedCaller(deployment, viewerKey),
        progress,
        signal,
      })
      progress.end()
      process.stdout.write(`${printReport(report)}\n`)
      return report.reconciliation.isBalanced
    } finally {
      await deployment.close()
    }
  } finally {
    await database.close()
  }
}
