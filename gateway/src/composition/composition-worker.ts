/** The thread in which subgraphs are composed: SDLs in, the supergraph's SDL or a report out. */
import { parentPort, workerData } from 'node:worker_threads'
import { ClientError } from '@souk/contracts'
import { compose } from '../supergraph/compose.ts'
import type { CompositionInput, CompositionOutcome } from './compose-off-thread.ts'

parentPort?.postMessage(run(workerData as CompositionInput))

function run({ subgraphs, ownership }: CompositionInput): CompositionOutcome {
  try {
    return { sdl: compose(subgraphs, ownership).sdl }
  } catch (error) {
    if (error instanceof ClientError)
      return { code: error.code, message: error.message, details: { ...error.details } }
    throw error
  }
}
