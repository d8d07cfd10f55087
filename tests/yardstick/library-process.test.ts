/** The library's process: what ends it costs one plan and nothing else. */
import { type TestContext, expect, test } from 'vitest'
import { LibraryMissing, type LibraryProcess, startLibrary } from './library-process.ts'
import { composeGraph, readGraph } from './read-graphs.ts'

const { subgraphs, operations } = readGraph('streaming')
const { sdl } = composeGraph(subgraphs)

test('an operation that ends the process has no plan, and the next one is planned by a new process', async (context) => {
  const library = await startOrSkip(context)
  // The library panics on it, which no process survives.
  const ending = textOf('Home')
  expect(await library.plan({ operation: ending, operationName: 'Home' })).toEqual({
    kind: 'noPlan',
    reason: 'its process ended (SIGABRT)',
  })
  const next = await library.plan({ operation: textOf('Genres'), operationName: 'Genres' })
  expect(next.kind).toBe('planned')
  await library.close()
})

test('an operation that the library refuses has no plan', async (context) => {
  const library = await startOrSkip(context)
  const answer = await library.plan({ operation: 'query Wrong { nothing }', operationName: 'Wrong' })
  expect(answer.kind).toBe('noPlan')
  await library.close()
})

const textOf = (wanted: string): string => operations.find(({ name }) => name === wanted)?.text ?? ''

async function startOrSkip({ skip }: TestContext): Promise<LibraryProcess> {
  try {
    return await startLibrary(sdl)
  } catch (error) {
    if (error instanceof LibraryMissing) return skip(`The library does not run here: ${error.message}`)
    throw error
  }
}
