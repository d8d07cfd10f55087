/** What the request flow reads and writes: HTTP without a server, so that it runs the same in a test. */
import type { AnswerError } from '../executor/projection-errors.ts'
import type { DescribedPlan } from './describe-plan.ts'

export type WireRequest = {
  readonly method: string
  /** Query string parameters of a GET. */
  readonly parameters: Readonly<Record<string, string | undefined>>
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  readonly requestId: string
  readonly signal: AbortSignal
}

export type WireResponse = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type GraphQLRequest = {
  readonly source: string
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  readonly isRead: boolean
}

/** `data` is absent when execution never began. */
export type Answer = {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors: readonly AnswerError[]
  readonly extensions?: { readonly queryPlan: DescribedPlan }
}
