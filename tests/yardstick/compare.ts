/** Prints the comparison of our plans with the library's: `npm --prefix tests/yardstick run compare`. */
import { comparePlans, type ComparedGraph } from './compare-plans.ts'
import { LibraryMissing } from './library-process.ts'
import { printComparison } from './print-comparison.ts'
import { readGraphs } from './read-graphs.ts'

try {
  const compared: ComparedGraph[] = []
  for (const graph of readGraphs()) compared.push(await comparePlans(graph))
  process.stdout.write(`${printComparison(compared)}\n`)
} catch (error) {
  if (!(error instanceof LibraryMissing)) throw error
  process.stdout.write(`The library does not run on this platform: ${error.message}\n`)
}
