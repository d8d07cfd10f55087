/**
 * Runs differences again that `run-long.ts` wrote down, and prints what is left of them.
 *
 *   node tests/tools/run.mjs tests/federation/random/replay-case.ts .souk/differences/*.json
 */
import { readFileSync } from 'node:fs'
import { describeCase } from './compare-graph.ts'
import type { Case } from './find-problem.ts'
import { printDifference } from './print-case.ts'

for (const file of process.argv.slice(2)) {
  const found = JSON.parse(readFileSync(file, 'utf8')) as Case & { readonly seed: number }
  const difference = await describeCase(found.seed, found)
  const isGone = difference.problem.startsWith('none')
  console.log(`${file}: ${isGone ? 'is right now' : difference.problem}`)
  if (!isGone && process.argv.length === 3) console.log(await printDifference(difference))
}
