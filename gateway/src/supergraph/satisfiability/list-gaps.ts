/** Lists what clients can see of a supergraph and could not be answered, a sentence for each field. */
import { buildMoveGraph } from '../../planner/move-graph.ts'
import type { Supergraph } from '../supergraph.ts'
import { checkSatisfiability } from './check-satisfiability.ts'

/**
 * For what was composed elsewhere. It is served all the same: its composer has judged it, and a field with a gap takes
 * nothing from those without.
 */
export const listGaps = ({ sdl, publicSchema }: Supergraph): readonly string[] =>
  checkSatisfiability(buildMoveGraph(sdl), publicSchema)
