/** Runs an operation that was planned and paid for, in one answer or in parts: steps 6 and 7. */
import type { GatewayConfig } from '../config.ts'
import type { FetchRecord } from '../executor/execution.ts'
import type { ChargedOperation } from '../policy/cost-charge.ts'
import type { ReturnedHeaders } from '../transports/return-headers.ts'
import { fetchAndMerge, type FetchInput } from './06-fetch-and-merge.ts'
import { project, type ProjectInput } from './07-project.ts'
import type { Answer, AnswerExtensions, Answered } from './answer.ts'
import { describePlan } from './describe-plan.ts'
import type { CompiledDeferral, CompiledOperation, ValidOperation } from './operation.ts'
import { runDeferred } from './run-deferred.ts'
import type { AskedOperation, OperationGateway } from './asked-operation.ts'
import type { ServedGraph } from './served-graph.ts'
import type { RanOperation } from './share-queries.ts'

export type ToRun = {
  readonly valid: ValidOperation
  readonly operation: CompiledOperation
  readonly charged: ChargedOperation
  readonly graph: ServedGraph
}

/** With whoever asks the same at the same time, if they may share an answer. */
export async function runWhole(
  gateway: OperationGateway,
  asked: AskedOperation,
  toRun: ToRun,
): Promise<Answered> {
  const { config, querySharing } = gateway
  const { request, viewer, headers, seen } = asked
  const { operation, charged } = toRun
  const endsAtMs = asked.startedAtMs + config.requestMsMax
  const run = (gone: AbortSignal): Promise<RanOperation> =>
    runOnce(gateway, { ...asked, signal: gone }, toRun)
  const mayShare = gateway.returnsCookies !== true && isShareable(asked, config)
  const { answer, fetches, returned, countCost, isShared } = mayShare
    ? await querySharing.run(
        { operation, variables: request.variables, viewer, headers, endsAtMs },
        asked.signal,
        run,
      )
    : await run(asked.signal)
  Object.assign(asked.replyHeaders ?? {}, returned)
  seen.fetches = fetches.length
  seen.errors = answer.errors.length
  if (isShared === true) seen.isShared = true
  await charged.settle(countCost)
  return {
    kind: 'answer',
    answer: withExtensions(answer, extensionsOf(gateway, asked, { ...toRun, fetches })),
  }
}

async function runOnce(
  gateway: OperationGateway,
  asked: AskedOperation,
  toRun: ToRun,
): Promise<RanOperation> {
  const { valid, operation } = toRun
  const returned: ReturnedHeaders = {}
  const merged = await fetchAndMerge(operation, await fetching(gateway, asked, { ...toRun, returned }))
  const answer = project(operation, merged, projecting(gateway, asked, valid))
  const countCost = (): number => operation.cost.count(merged.data, valid.variables)
  return { answer, fetches: merged.fetches, returned, countCost }
}

export async function runInParts(
  gateway: OperationGateway,
  asked: AskedOperation,
  { deferral, ...toRun }: ToRun & { readonly deferral: CompiledDeferral },
): Promise<Answered> {
  const { seen } = asked
  const { valid, operation, charged } = toRun
  const returned: ReturnedHeaders = {}
  const answered = await runDeferred({
    operation,
    deferral,
    fetching: await fetching(gateway, asked, { ...toRun, returned }),
    projecting: projecting(gateway, asked, valid),
    async onEnd({ data, fetches, errors }) {
      seen.fetches = fetches.length
      seen.errors = errors
      await charged.settle(() => operation.cost.count(data, valid.variables))
      return extensionsOf(gateway, asked, { ...toRun, fetches })
    },
  })
  Object.assign(asked.replyHeaders ?? {}, returned)
  return answered
}

async function fetching(
  { config, clock, signViewer, onFetch }: OperationGateway,
  asked: AskedOperation,
  { valid, graph, returned }: ToRun & { readonly returned: ReturnedHeaders },
): Promise<FetchInput> {
  const elapsedMs = (): number => clock.monotonicMs() - asked.startedAtMs
  return {
    transports: graph.transportsFor(asked.headers, returned),
    variables: valid.variables,
    signal: valid.operation.operation === 'mutation' ? never : asked.signal,
    requestId: asked.requestId,
    viewerToken: await signViewer(asked.viewer),
    elapsedMs,
    // Every call is given this as its deadline, so the request needs no timer of its own.
    deadlineMsLeft: () => config.requestMsMax - elapsedMs(),
    representationsMax: config.representationsMax,
    tellFetch: (fetch) => onFetch?.(fetch, asked.seen),
  }
}

// A client that hangs up ends its query. A mutation runs to its end: half an order helps nobody.
const never = new AbortController().signal

const projecting = (
  { config }: OperationGateway,
  { request }: AskedOperation,
  { variables }: ValidOperation,
): ProjectInput => ({ variables, rawVariables: request.variables, errorsMax: config.errorsMax })

function extensionsOf(
  { config, clock }: OperationGateway,
  asked: AskedOperation,
  { operation, charged, fetches }: ToRun & { readonly fetches: readonly FetchRecord[] },
): AnswerExtensions {
  const elapsedMs = clock.monotonicMs() - asked.startedAtMs
  return {
    ...charged.extensions(),
    ...(wantsPlan(asked, config) && { queryPlan: describePlan(operation.plan, fetches, elapsedMs) }),
  }
}

const withExtensions = (answer: Answer, extensions: AnswerExtensions): Answer =>
  Object.keys(extensions).length === 0 ? answer : { ...answer, extensions }

// A plan is told with what happened to one's own fetches, so whoever wants it runs alone.
const isShareable = (asked: AskedOperation, config: GatewayConfig): boolean =>
  config.sharedQueries === 'on' && asked.seen.kind === 'query' && !wantsPlan(asked, config)

// It names subgraphs and shows what they are asked, which is nobody's business in production.
export const wantsPlan = ({ headers }: AskedOperation, { mode }: GatewayConfig): boolean =>
  mode === 'development' && headers['x-souk-query-plan'] === '1'
