/** Starts what collects spans and sends them on, if the environment names a collector. Nothing of it is loaded otherwise. */
import { context, propagation, trace } from '@opentelemetry/api'
import type * as SdkModule from '@opentelemetry/sdk-trace'

type Sdk = typeof SdkModule
type SpanProcessor = SdkModule.SpanProcessor

export type TracingOptions = {
  /** What the process is called in traces, if OTEL_SERVICE_NAME doesn't say. */
  readonly service: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Takes the spans as they end, in the place of a collector. */
  readonly exporter?: SdkModule.SpanExporter
}

export type Tracing = {
  /** Sends what is left. */
  readonly close: () => Promise<void>
}

/**
 * @example
 * const tracing = await startTracing({ service: 'souk-gateway', environment: process.env })
 */
export async function startTracing({ service, environment, exporter }: TracingOptions): Promise<Tracing> {
  if (exporter === undefined && !hasCollector(environment)) return { close: () => Promise.resolve() }
  const [{ AsyncLocalStorageContextManager }, { W3CTraceContextPropagator }, sdk, resources] =
    await Promise.all([
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/core'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/resources'),
    ])
  const named = resources.resourceFromAttributes({ 'service.name': service })
  const found = resources.detectResources({ detectors: [resources.envDetector] })
  const provider = new sdk.TracerProvider({
    resource: resources.defaultResource().merge(named).merge(found),
    sampler: new sdk.ParentBasedSampler({
      root: new sdk.TraceIdRatioBasedSampler(shareOf(environment.OTEL_TRACES_SAMPLER_ARG)),
    }),
    spanProcessors: [
      exporter === undefined ? await openCollector(sdk) : new sdk.SimpleSpanProcessor({ exporter }),
    ],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(provider)
  return {
    async close() {
      // A collector that is gone must not keep a process from ending.
      await provider.shutdown().catch(() => undefined)
      trace.disable()
      propagation.disable()
      context.disable()
    },
  }
}

function hasCollector(environment: TracingOptions['environment']): boolean {
  const { OTEL_SDK_DISABLED: disabled } = environment
  if (disabled?.toLowerCase() === 'true') return false
  return [environment.OTEL_EXPORTER_OTLP_ENDPOINT, environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT].some(
    Boolean,
  )
}

// Its queue is bounded: what comes while the collector does not answer is dropped beyond 2,048 spans. It reads the addresses, the
// headers and the time for one parcel from OTEL_EXPORTER_OTLP_* itself.
async function openCollector({ BatchSpanProcessor }: Sdk): Promise<SpanProcessor> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
  return new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })
}

// Of the traces that begin here; those that a caller began are collected if the caller says so.
function shareOf(argument: string | undefined): number {
  const share = Number(argument ?? 1)
  return share >= 0 && share <= 1 ? share : 1
}
