/** Prints a difference as a page: what was asked of whom, what was expected, what came by which plan, and a test to paste. */
import type { Difference } from './compare-graph.ts'
import { writeTables } from './write-tables.ts'

export async function printDifference(difference: Difference): Promise<string> {
  const { seed, problem, operation, expected, answered, plan, sources, options } = difference
  const { operationName, query, variables } = operation
  return [
    `# ${problem}`,
    `seed ${seed}, ${options.hasErrors ? 'with' : 'without'} resolver errors, over ${options.transport}`,
    `## Operation${operationName === undefined ? '' : ` (${operationName})`}`,
    query,
    `variables ${JSON.stringify(variables)}`,
    `## Expected\n${expected}`,
    `## Answered\n${answered}`,
    `## Plan\n${plan}`,
    ...sources.map(({ name, sdl }) => `## Subgraph ${name}\n${sdl.replaceAll(/\n\n+/g, '\n')}`),
    `## As a named case\n${await printTest(difference)}`,
  ].join('\n\n')
}

async function printTest(difference: Difference): Promise<string> {
  const tables = difference.isSmall ? await writeTables(difference).catch(() => undefined) : undefined
  if (tables === undefined) return 'The data is not to be had as tables.'
  const { sources, operation, expected } = difference
  const sdls = sources.map(({ name, sdl }) => `      ${name}: \`${withoutLink(sdl)}\`,`)
  const variables =
    Object.keys(operation.variables).length > 0 ? `, ${JSON.stringify(operation.variables)}` : ''
  const { data } = JSON.parse(expected) as { readonly data: unknown }
  return [
    "test('…', async () => {",
    '  const graph = await openCase({',
    '    subgraphs: {',
    ...sdls,
    '    },',
    `    data: ${tables},`,
    '  })',
    `  expect(await graph.ask(\`${operation.query.replaceAll(/\s+/g, ' ')}\`${variables})).toMatchObject({ data: ${JSON.stringify(data)} })`,
    '})',
  ].join('\n')
}

const withoutLink = (sdl: string): string => {
  const isOld = !sdl.includes('@link(')
  const text = sdl.replace(/extend schema @link\([^)]*\)(\s*@\w+\([^)]*\))*/, '')
  return `${isOld ? '# Federation 1' : ''}${text.replaceAll(/\s*\n\s*/g, '\n        ')}`
}
