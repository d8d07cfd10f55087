/** Scheduled work of a subgraph on pg-boss: each job runs on one replica at a time and may be run by hand in tests. */
import type { Logger } from 'pino'
import { PgBoss } from 'pg-boss'
import type { SubgraphContext } from './subgraph-context.ts'

export type Job<Modules> = {
  /** When it runs, as cron with minutes. It also runs once at start, to finish what a crash left. */
  readonly cron: string
  run(context: SubgraphContext<Modules>): Promise<void>
}

export type Jobs<Modules> = Readonly<Record<string, Job<Modules>>>

export type JobRunner = { stop(): Promise<void> }

export type JobRunnerOptions = {
  readonly databaseUrl: string
  readonly schema: string
  readonly logger: Logger
  readonly jobs: Readonly<Record<string, { readonly cron: string; run(): Promise<void> }>>
}

const connectionsMax = 2
// One run at a time: a run whose process was killed must not keep the next one waiting for the quarter of an hour after which
// it would expire. Without a sign of life for so long, it is over.
const heartbeatSeconds = 15
const stopMsMax = 10_000

export async function startJobs({ databaseUrl, schema, logger, jobs }: JobRunnerOptions): Promise<JobRunner> {
  if (Object.keys(jobs).length === 0) return { stop: async () => undefined }
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: `${schema}_jobs`,
    max: connectionsMax,
    superviseIntervalSeconds: heartbeatSeconds,
    monitorIntervalSeconds: heartbeatSeconds,
  })
  boss.on('error', (error) => logger.error({ err: error }, 'the job queue failed'))
  await boss.start()
  for (const [name, job] of Object.entries(jobs)) {
    await boss.createQueue(name, { policy: 'singleton', heartbeatSeconds })
    // A queue of an earlier version may be there without one.
    await boss.updateQueue(name, { heartbeatSeconds })
    await boss.work(name, async () => {
      await job.run()
    })
    await boss.schedule(name, job.cron)
    await boss.send(name)
  }
  return { stop: () => boss.stop({ graceful: true, timeout: stopMsMax }) }
}
