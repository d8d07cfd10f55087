/** The thread in which graphs are made: SDLs of subgraphs, or of a supergraph, in; what is served, or a report, out. */
import { parentPort, workerData } from 'node:worker_threads'
import { ClientError } from '@souk/contracts'
import { compose } from '../supergraph/compose.ts'
import { readSupergraph } from '../supergraph/read-supergraph.ts'
import type { CompositionInput, CompositionOutcome } from './compose-off-thread.ts'

parentPort?.postMessage(run(workerData as CompositionInput))

function run(input: CompositionInput): CompositionOutcome {
  try {
    const { publicSchema, ...text } =
      'text' in input ? readSupergraph(input.text, input.source) : compose(input.subgraphs, input.ownership)
    void publicSchema
    return { supergraph: text }
  } catch (error) {
    if (error instanceof ClientError)
      return { code: error.code, message: error.message, details: { ...error.details } }
    throw error
  }
}
