/** Asks a random graph random things, of the gateway and of one server, and makes what differs small. */
import { createLogger } from '@souk/gateway'
import { testGateway, type TestGateway } from '@souk/gateway/testing'
import { type GraphModel, randomGraph } from './graph-model.ts'
import { writeSdl } from './graph-sdl.ts'
import { askOneServer, subgraphsOf } from './graph-servers.ts'
import { type RandomOperation, randomOperation } from './random-query.ts'
import { seeded } from './seeded.ts'
import { shrinkQuery } from './shrink-query.ts'

export type Counts = {
  graphs: number
  /** Graphs that the composer refused: nothing to compare. */
  refused: number
  operations: number
  own: number
  library: number
  /** Neither planner knows a way: graphs that the composer should have refused. */
  unplannable: number
  readonly reasons: Map<string, number>
}

/** All that is needed to see the difference again. */
export type Difference = {
  readonly seed: number
  readonly query: string
  readonly variables: object
  readonly expected: string
  readonly answered: string
  readonly plan: string
  readonly sdls: readonly string[]
}

export const noCounts = (): Counts => ({
  graphs: 0,
  refused: 0,
  operations: 0,
  own: 0,
  library: 0,
  unplannable: 0,
  reasons: new Map(),
})

export async function compareGraph(
  seed: number,
  operations: number,
  counts: Counts,
): Promise<readonly Difference[]> {
  const chance = seeded(seed)
  const model = randomGraph(seed, chance)
  const gateway = await openGateway(model, counts)
  if (gateway === undefined) {
    counts.refused += 1
    return []
  }
  counts.graphs += 1
  const differences: Difference[] = []
  for (let count = 0; count < operations; count += 1) {
    const operation = randomOperation(gateway.supergraph.publicSchema, chance)
    if (operation === undefined) continue
    counts.operations += 1
    const { answered } = await answersTo(gateway, model, operation)
    if (answered.includes('"GW_PLAN_FAILED"')) counts.unplannable += 1
    else if (await differs(gateway, model, operation))
      differences.push(await describeDifference(gateway, model, operation))
  }
  const planned = gateway.planCounts()
  counts.own += planned.own
  counts.library += planned.library
  await gateway.close()
  return differences
}

async function openGateway(model: GraphModel, counts: Counts): Promise<TestGateway | undefined> {
  const logger = createLogger('silent')
  const warn = (line: { readonly because?: string; readonly reason?: string }): void => {
    const reason = `${line.because ?? ''}: ${line.reason ?? ''}`
    counts.reasons.set(reason, (counts.reasons.get(reason) ?? 0) + 1)
  }
  try {
    return await testGateway(
      subgraphsOf(model),
      {},
      {
        ownership: { keyOnly: [], allowsSharedFields: true },
        logger: Object.assign(logger, { warn }),
      },
    )
  } catch (error) {
    // A graph by chance need not be one: the composer says so.
    if (error instanceof Error && 'code' in error && error.code === 'GW_COMPOSITION_FAILED') return undefined
    throw error
  }
}

async function differs(
  gateway: TestGateway,
  model: GraphModel,
  operation: RandomOperation,
): Promise<boolean> {
  const { expected, answered } = await answersTo(gateway, model, operation)
  return expected !== answered
}

// As text: the order of keys counts.
async function answersTo(gateway: TestGateway, model: GraphModel, operation: RandomOperation) {
  const one = askOneServer(model, gateway.supergraph.publicSchema, operation)
  if (one.errors !== undefined) throw new Error(`The one server failed: ${one.errors.join('; ')}`)
  const { data, errors } = await gateway.ask(operation.query, { variables: operation.variables })
  const answered = errors === undefined ? JSON.stringify(data) : JSON.stringify({ data, errors })
  return { expected: JSON.stringify(one.data), answered }
}

async function describeDifference(
  gateway: TestGateway,
  model: GraphModel,
  { query, variables }: RandomOperation,
): Promise<Difference> {
  const schema = gateway.supergraph.publicSchema
  const smallest = await shrinkQuery(schema, query, (smaller) =>
    differs(gateway, model, { query: smaller, variables }),
  )
  const answers = await answersTo(gateway, model, { query: smallest, variables })
  const plan = await gateway.explain(smallest).catch((error: unknown) => String(error))
  return {
    seed: model.seed,
    query: smallest,
    variables,
    ...answers,
    plan,
    sdls: model.subgraphs.map((subgraph) => `# ${subgraph}\n${writeSdl(model, subgraph)}`),
  }
}

export const printDifference = (one: Difference): string =>
  [
    `seed ${one.seed}`,
    one.query,
    `variables ${JSON.stringify(one.variables)}`,
    `expected ${one.expected}`,
    `answered ${one.answered}`,
    one.plan,
    ...one.sdls,
  ].join('\n\n')
