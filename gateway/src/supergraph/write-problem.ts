/** Writes what is wrong where the composer doesn't look: whose it is, what it is, and what to do about it. */
import type { CompositionProblem } from './check-ownership.ts'
import { remedies } from './composition-remedies.ts'

export type Trouble = {
  readonly subgraphs: readonly string[]
  readonly sentence: string
  /** One of the composer's codes, or like them. */
  readonly code: string
  /** If it is not what is always said of the code. */
  readonly remedy?: string
}

export const writeProblem = ({ subgraphs, sentence, code, remedy }: Trouble): CompositionProblem => ({
  code: 'GW_COMPOSITION_FAILED',
  message: `[${subgraphs.join(', ')}] ${sentence} ${remedy ?? remedies.get(code) ?? 'Correct what the message names.'} (${code})`,
})
