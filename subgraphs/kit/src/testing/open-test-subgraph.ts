/** One subgraph on a database of its own, with a fake clock, and other subgraphs played by the test. */
import {
  randomIds,
  signViewer,
  type SubgraphError,
  type SubgraphRequest,
  type Transport,
  type Viewer,
  viewerKeyFrom,
} from '@souk/contracts'
import { pino } from 'pino'
import { createTemplateDatabase, dropDatabase } from '../database/testing-database.ts'
import type { RunningSubgraph, Subgraph } from '../subgraph.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'

/** What other subgraphs answer, by the root field that is asked for. A field that is not here fails the call. */
export type Answers = Record<string, (variables: never) => unknown>

export type TestSubgraph = {
  readonly running: RunningSubgraph
  readonly databaseUrl: string
  readonly clock: FakeClock
  /** Every SQL statement so far. Set its length to 0 to count anew. */
  readonly statements: string[]
  ask(viewer: Viewer, query: string, variables?: Readonly<Record<string, unknown>>): Promise<TestAnswer>
  close(): Promise<void>
}

export type TestAnswer = {
  /** Whatever shape was asked for; a test knows it. */
  readonly data: never
  readonly errors: readonly SubgraphError[]
  /** The codes of the errors. */
  readonly codes: readonly unknown[]
}

const viewerKey = viewerKeyFrom('a secret for tests, long enough to be one')
const requestMs = 10_000

/**
 * @example
 * const content = await openTestSubgraph(contentSubgraph, { databaseAdminUrl: inject('databaseAdminUrl'), answers })
 * const { data } = await content.ask(shopper, '{ liveRoom(id: "r1") { title } }')
 */
export async function openTestSubgraph(
  subgraph: Subgraph,
  { databaseAdminUrl, answers = {} }: { readonly databaseAdminUrl: string; readonly answers?: Answers },
): Promise<TestSubgraph> {
  const name = `${subgraph.databaseSchema}_${randomIds().next().replaceAll('-', '')}`
  const databaseUrl = await createTemplateDatabase(databaseAdminUrl, name, async () => undefined)
  const clock = fakeClock()
  const statements: string[] = []
  const running = await subgraph.open({
    databaseUrl,
    viewerKey,
    transportTo: () => playedBy(answers),
    clock,
    ids: randomIds(),
    logger: pino({ level: process.env.SOUK_LOG_LEVEL ?? 'silent' }),
    onStatement: (sql) => void statements.push(sql),
  })
  return {
    running,
    databaseUrl,
    clock,
    statements,
    ask: async (viewer, query, variables = {}) => {
      const viewerToken = await signViewer(viewer, viewerKey, clock.now())
      const request = { query, variables, viewerToken, requestId: 'test', deadlineMs: requestMs }
      const { data, errors = [] } = await running.execute(request, AbortSignal.timeout(requestMs))
      return { data: (data ?? null) as never, errors, codes: errors.map((error) => error.extensions?.code) }
    },
    close: async () => {
      await running.close()
      await dropDatabase(databaseUrl)
    },
  }
}

const playedBy = (answers: Answers): Transport => ({
  execute: async ({ query, variables = {} }: SubgraphRequest) => {
    const field = /\b(_internal\w+)\s*[({]/.exec(query)?.[1] ?? 'nothing'
    const answer = answers[field]
    if (answer === undefined) return { errors: [{ message: `The test does not answer ${field}.` }] }
    return { data: { [field]: await answer(variables as never) } }
  },
  ready: async () => true,
  close: async () => undefined,
})
