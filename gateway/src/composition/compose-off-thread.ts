/** Composes in a thread of its own: no SDL can block the process, end it, or take longer than a limit allows. */
import { Worker } from 'node:worker_threads'
import { ClientError } from '@souk/contracts'
import { type OwnershipRules, soukOwnership } from '../supergraph/check-ownership.ts'
import type { SubgraphSdl } from '../supergraph/compose.ts'
import { openSupergraph, type Supergraph, type SupergraphText } from '../supergraph/supergraph.ts'

export type CompositionLimits = { readonly compositionMsMax: number }

/** Throws what `compose` throws, and a composition that does not end within its limits as one more reason. */
export async function composeOffThread(
  subgraphs: readonly SubgraphSdl[],
  limits: CompositionLimits,
  ownership: OwnershipRules = soukOwnership,
): Promise<Supergraph> {
  return await make(
    {
      subgraphs: subgraphs.map(({ name, sdl, url }) => ({ name, sdl, ...(url !== undefined && { url }) })),
      ownership,
    },
    limits,
  )
}

/** Throws what `readSupergraph` throws. `source` is what its sentences call the text. */
export const readSupergraphOffThread = async (
  text: string,
  source: string,
  limits: CompositionLimits,
): Promise<Supergraph> => await make({ text, source }, limits)

async function make(input: CompositionInput, limits: CompositionLimits): Promise<Supergraph> {
  const outcome = await runWorker(input, limits)
  if ('supergraph' in outcome) return openSupergraph(outcome.supergraph)
  throw new ClientError(outcome.code, outcome.message, { details: outcome.details })
}

export type CompositionInput =
  | { readonly subgraphs: readonly SubgraphSdl[]; readonly ownership: OwnershipRules }
  | { readonly text: string; readonly source: string }

export type CompositionOutcome =
  | { readonly supergraph: SupergraphText }
  | { readonly code: string; readonly message: string; readonly details: Record<string, unknown> }

// The composer recurses along paths through the graph. A frame takes about a tenth of a kilobyte: the main thread's stack
// holds some ten thousand, this one some eight hundred thousand, and to fill it takes a tenth of a second.
const stackMb = 64
// A large graph (200 subgraphs, 4,000 types) takes a tenth of this.
const heapMb = 2_048

async function runWorker(
  input: CompositionInput,
  { compositionMsMax }: CompositionLimits,
): Promise<CompositionOutcome> {
  const worker = new Worker(new URL('./composition-worker.ts', import.meta.url), {
    workerData: input,
    resourceLimits: { stackSizeMb: stackMb, maxOldGenerationSizeMb: heapMb },
  })
  const { promise, resolve, reject } = Promise.withResolvers<CompositionOutcome>()
  const timer = setTimeout(
    () => resolve(unfinished(`it took longer than ${compositionMsMax} ms (SOUK_COMPOSITION_MS_MAX)`)),
    compositionMsMax,
  )
  worker.once('message', (outcome: CompositionOutcome) => resolve(outcome))
  worker.once('error', (error: Error & { readonly code?: unknown }) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(unfinished(`it took more than ${heapMb} MB`))
    else reject(error)
  })
  worker.once('exit', (code) => resolve(unfinished(`its thread ended with ${code}`)))
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}

const unfinished = (reason: string): CompositionOutcome => ({
  code: 'GW_COMPOSITION_FAILED',
  message: `The composition of the subgraphs did not end: ${reason}.`,
  details: {},
})
