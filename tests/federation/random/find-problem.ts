/** Asks the gateways of a graph and one server the same, and says what is wrong with a gateway's answer. */
import type { ExecutionResult } from 'graphql'
import { compareAnswers } from './compare-answers.ts'
import { compareParts } from './compare-parts.ts'
import { askOneServer, type Operation } from './world/one-server.ts'
import type { GatewayAnswer } from './world/gateway-answer.ts'
import type { OpenedGraph, OpenOptions } from './world/open-graph.ts'
import type { SubgraphSource } from './world/read-graph.ts'

/** All that is needed to see a difference again. */
export type Case = {
  readonly sources: readonly SubgraphSource[]
  readonly operation: Operation
  readonly options: OpenOptions
}

export type Problem = {
  /** What is wrong; the text before the colon is the class of the fault. */
  readonly problem: string
  readonly expected: ExecutionResult
  readonly answered: GatewayAnswer
}

/** Undefined if all is well with each gateway. */
export async function findProblem(
  graph: OpenedGraph,
  operation: Operation,
  onParts?: () => void,
): Promise<Problem | undefined> {
  const expected = askOneServer(graph.world, graph.gateway.supergraph.publicSchema, operation)
  for (const answered of await graph.ask(operation)) {
    const problem = compareAnswers(expected, answered)
    if (problem !== undefined) return { problem, expected, answered }
  }
  for (const answered of await graph.askInParts(operation)) {
    if (answered.parts.length > 0) onParts?.()
    const problem = compareParts(expected, answered)
    if (problem !== undefined) return { problem, expected, answered: answered.answer }
  }
  return undefined
}

/** The SDLs are no graph, and the composer says so. */
export const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && error.code === 'GW_COMPOSITION_FAILED'
