/** Makes a difference small: the operation first, then the graph, then the operation again, as long as the same is wrong. */
import { type GraphQLSchema, Kind, parse, validate } from 'graphql'
import { type Case, findProblem, type Problem } from '../find-problem.ts'
import { type OpenedGraph, openGraph } from '../world/open-graph.ts'
import type { Operation } from '../world/one-server.ts'
import { smallerGraphs } from './smaller-graphs.ts'
import { smallerOperations } from './smaller-operations.ts'

export async function shrinkCase(
  { problem, ...found }: Case & { readonly problem: string },
  milliseconds: number,
): Promise<Case> {
  const deadline = Date.now() + milliseconds
  const wanted = kindOf({ problem })
  // In one process it goes faster, if the same happens there.
  const inMemory: Case = { ...found, options: { ...found.options, transport: 'memory' } }
  const start = (await isStillWrong(inMemory, wanted)) ? inMemory : found
  let smallest = await shrinkOperation(start, wanted, deadline)
  for (let before = ''; before !== JSON.stringify(smallest) && Date.now() < deadline;) {
    before = JSON.stringify(smallest)
    smallest = await shrinkGraph(smallest, wanted, deadline)
    smallest = await shrinkOperation(smallest, wanted, deadline)
  }
  return smallest
}

/** Another fault that comes up on the way is not the one that is looked for. */
const kindOf = (found: Pick<Problem, 'problem'> | undefined): string => found?.problem.split(':')[0] ?? ''

async function shrinkOperation(found: Case, wanted: string, deadline: number): Promise<Case> {
  const graph = await openGraph(found.sources, found.options)
  const schema = graph.gateway.supergraph.publicSchema
  let { operation } = found
  const fails = async (one: Operation): Promise<boolean> =>
    isValid(schema, one.query) && kindOf(await findProblem(graph, one).catch(() => undefined)) === wanted
  try {
    for (let index = 0; Date.now() < deadline;) {
      const smaller = smallerOperations(operation, index)
      if (smaller === undefined) break
      if (smaller.query !== operation.query && (await fails(smaller))) operation = smaller
      else index += 1
    }
  } finally {
    await graph.close()
  }
  return { ...found, operation }
}

function isValid(schema: GraphQLSchema, query: string): boolean {
  try {
    const document = parse(query)
    const hasRoots = document.definitions.every(
      (one) => one.kind !== Kind.OPERATION_DEFINITION || schema.getRootType(one.operation),
    )
    return hasRoots && validate(schema, document).length === 0
  } catch {
    return false
  }
}

async function shrinkGraph(found: Case, wanted: string, deadline: number): Promise<Case> {
  let smallest = found
  for (let index = 0; Date.now() < deadline;) {
    const sources = smallerGraphs(smallest.sources, index)
    if (sources === undefined) break
    const smaller = { ...smallest, sources }
    if (await isStillWrong(smaller, wanted)) smallest = smaller
    else index += 1
  }
  return smallest
}

async function isStillWrong({ sources, operation, options }: Case, wanted: string): Promise<boolean> {
  let graph: OpenedGraph
  try {
    graph = await openGraph(sources, options)
  } catch {
    return false
  }
  try {
    const schema = graph.gateway.supergraph.publicSchema
    if (!isValid(schema, operation.query)) return false
    return kindOf(await findProblem(graph, operation)) === wanted
  } catch {
    // The data could not be made up any more.
    return false
  } finally {
    await graph.close()
  }
}
