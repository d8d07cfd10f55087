/** Spans of a trace, and how a trace goes on in another process. Where nobody collects them, next to nothing is done. */
import {
  type Attributes,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'

export type SpanStart = {
  readonly name: string
  /** `server` answers somebody, `client` asks somebody. */
  readonly kind?: 'server' | 'client'
  readonly attributes?: SpanAttributes
}

export type SpanAttributes = Attributes

/** For what ends elsewhere than where it began. */
export type OpenSpan = {
  /** Undefined where nobody collects it. */
  readonly traceId: string | undefined
  /** What is begun by this is below the span, and so is what that begins. */
  readonly within: <Value>(run: () => Value) => Value
  readonly rename: (name: string) => void
  readonly note: (attributes: SpanAttributes) => void
  /** Codes alone: what an error says can hold what a client sent, or what a database has. */
  readonly fail: (error: unknown) => void
  readonly end: () => void
}

const tracer = trace.getTracer('souk')

/**
 * Runs something as one span: it ends with the promise, and has failed if that is rejected.
 *
 * @example
 * const plan = await inSpan({ name: 'plan' }, () => planner.plan(operation))
 */
export async function inSpan<Value>(
  start: SpanStart,
  run: (span: OpenSpan) => Promise<Value>,
): Promise<Value> {
  const span = beginSpan(start)
  try {
    return await span.within(() => run(span))
  } catch (error) {
    span.fail(error)
    throw error
  } finally {
    span.end()
  }
}

/**
 * As `inSpan`, for what answers at once.
 *
 * @example
 * const document = duringSpan({ name: 'parse' }, () => parse(source))
 */
export function duringSpan<Value>(start: SpanStart, run: () => Value): Value {
  const span = beginSpan(start)
  try {
    return run()
  } catch (error) {
    span.fail(error)
    throw error
  } finally {
    span.end()
  }
}

/**
 * Begins a span below the one that is current.
 *
 * @example
 * const span = beginSpan({ name: 'operation', kind: 'server' })
 */
export function beginSpan({ name, kind, attributes }: SpanStart): OpenSpan {
  const options = { ...(kind && { kind: spanKinds[kind] }), ...(attributes && { attributes }) }
  const span = tracer.startSpan(name, options)
  const within = trace.setSpan(context.active(), span)
  const spanContext = span.spanContext()
  return {
    traceId: isSpanContextValid(spanContext) ? spanContext.traceId : undefined,
    within: (run) => context.with(within, run),
    rename: (better) => void span.updateName(better),
    note: (more) => void span.setAttributes(more),
    fail: (error) => markFailed(span, error),
    end: () => span.end(),
  }
}

const spanKinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const

function markFailed(span: Span, error: unknown): void {
  const code = codeOf(error)
  span.setStatus({ code: SpanStatusCode.ERROR, message: code })
  span.setAttribute('error.type', code)
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNKNOWN'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'UNKNOWN'
}

/**
 * Whether what runs now belongs to a span that somebody collects.
 *
 * @example
 * if (isTraced()) send = withSpans(send)
 */
export const isTraced = (): boolean => trace.getActiveSpan()?.isRecording() === true

/**
 * The headers that let a callee go on with the trace; none where there is no trace.
 *
 * @example
 * await fetch(url, { headers: { ...traceHeaders() } })
 */
export function traceHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  propagation.inject(context.active(), headers)
  return headers
}

/**
 * Runs something as a part of the trace that a caller's headers name; of no trace that is current here.
 *
 * @example
 * await withinTrace(request.headers, () => answer(request))
 */
export const withinTrace = <Value>(headers: TraceHeaders, run: () => Value): Value =>
  context.with(propagation.extract(ROOT_CONTEXT, headers), run)

export type TraceHeaders = Readonly<Record<string, string | readonly string[] | undefined>>
