/** One subgraph calls another: an internal operation over the one wire, signed as a service, within a deadline. */
import { randomUUID } from 'node:crypto'
import {
  Fault,
  type InternalOperation,
  signViewer,
  type SubgraphName,
  type SubgraphRequest,
  type SubgraphResponse,
  type Transport,
  type ViewerKey,
} from '@souk/contracts'
import type { Clock } from './clock.ts'

export type CallerOptions = {
  readonly from: SubgraphName | 'gateway'
  readonly viewerKey: ViewerKey
  readonly clock: Clock
  readonly transportTo: (name: SubgraphName) => Transport
}

export type CallLimits = {
  readonly requestId?: string
  readonly signal?: AbortSignal
  readonly deadlineMs?: number
}

export type Caller = {
  call<Variables extends Record<string, unknown>, Result>(
    operation: InternalOperation<Variables, Result>,
    variables: Variables,
    limits?: CallLimits,
  ): Promise<Result>
}

// A command between subgraphs is one statement or a few; one that takes longer is stuck, and its caller resumes later.
const callDeadlineMs = 10_000

// A signed viewer lives for a minute; it is signed again well before, so that none runs out on the way.
const resignAfterMs = 30_000

export function openCaller(options: CallerOptions): Caller {
  const sign = serviceSigner(options)
  return {
    call: async (operation, variables, limits = {}) => {
      const request: SubgraphRequest = {
        query: operation.document,
        variables,
        viewerToken: await sign(),
        requestId: limits.requestId ?? randomUUID(),
        deadlineMs: limits.deadlineMs ?? callDeadlineMs,
      }
      const deadline = AbortSignal.timeout(request.deadlineMs)
      const signal = limits.signal ? AbortSignal.any([limits.signal, deadline]) : deadline
      const response = await options.transportTo(operation.subgraph).execute(request, signal)
      return readResult(operation, response)
    },
  }
}

function serviceSigner({ from, viewerKey, clock }: CallerOptions): () => Promise<string> {
  let signed: { readonly token: Promise<string>; readonly at: number } | undefined
  return () => {
    const now = clock.now()
    if (signed === undefined || Math.abs(now.getTime() - signed.at) > resignAfterMs) {
      signed = {
        token: signViewer({ kind: 'service', service: from, scopes: [] }, viewerKey, now),
        at: now.getTime(),
      }
    }
    return signed.token
  }
}

function readResult<Result>(operation: InternalOperation<never, Result>, response: SubgraphResponse): Result {
  const [error] = response.errors ?? []
  if (error) {
    throw new Fault(
      'SUBGRAPH_UNAVAILABLE',
      `${operation.subgraph} answered ${operation.field} with: ${error.message}`,
      { cause: error },
    )
  }
  return response.data?.[operation.field] as Result
}
