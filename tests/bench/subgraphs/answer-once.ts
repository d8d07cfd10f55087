/** A subgraph that costs nearly nothing: what it once answered to a body it answers again, without looking at it. */
import { buildSubgraphSchema } from '@apollo/subgraph'
import { execute, parse } from 'graphql'
import { type BenchSubgraph, resolvers, sdlOf } from './resolvers.ts'

export type AnswerOnce = (body: string) => Promise<Buffer>

export function answerOnce(name: BenchSubgraph): AnswerOnce {
  const sdl = sdlOf(name)
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers[name] as never }])
  const answers = new Map<string, Promise<Buffer>>()
  return async (body) => {
    let answer = answers.get(body)
    if (answer === undefined) answers.set(body, (answer = run(body)))
    return await answer
  }

  async function run(body: string): Promise<Buffer> {
    const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> }
    return Buffer.from(
      JSON.stringify(await execute({ schema, document: parse(query), variableValues: variables })),
    )
  }
}
