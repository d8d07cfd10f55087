/** What an operation comes to: one answer, or a stream of them. */
import type { AnswerError } from '../executor/projection-errors.ts'
import type { CostExtension } from '../policy/cost-charge.ts'
import type { DescribedPlan } from './describe-plan.ts'

/** `data` is absent when execution never began. */
export type Answer = {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors: readonly AnswerError[]
  readonly extensions?: AnswerExtensions
}

export type AnswerExtensions = { readonly queryPlan?: DescribedPlan; readonly cost?: CostExtension }

export type Answered =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** One for each event of a subscription. Whoever stops reading ends it. */
  | { readonly kind: 'events'; readonly answers: AsyncIterable<Answer> }
  /** The first answer, and what `@defer` left for later. */
  | {
      readonly kind: 'incremental'
      readonly initial: Answer
      readonly pending: readonly PendingPart[]
      readonly later: AsyncIterable<LaterAnswers>
    }

/** What came after the first answer, in one go. */
export type LaterAnswers = {
  readonly parts: readonly LaterPart[]
  /** What is promised from now on. It may be among the parts already. */
  readonly pending: readonly PendingPart[]
  readonly hasNext: boolean
}

/** A deferred fragment at one place that is to come. */
export type PendingPart = {
  readonly id: string
  readonly path: readonly (string | number)[]
  readonly label: string | undefined
}

/** A deferred fragment at one place. */
export type LaterPart = Answer & PendingPart

/** What a connection can carry besides one answer. */
export type Delivery = {
  /** Answers of a subscription, one after the other. */
  readonly streams: boolean
  /** Parts of an answer that come later. Where they can't, `@defer` is as if it weren't there. */
  readonly defers: boolean
}

export const oneAnswer: Delivery = { streams: false, defers: false }
