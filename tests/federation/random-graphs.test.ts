/** Random graphs, data and operations: the gateway answers what one server over the same data answers. */
import { expect, test } from 'vitest'
import { compareGraph, type Difference, noCounts, printDifference } from './random/compare.ts'

// SOUK_RANDOM_GRAPHS=5000 SOUK_RANDOM_SEED=10000 runs for long, elsewhere.
const graphs = Number(process.env.SOUK_RANDOM_GRAPHS ?? 200)
const firstSeed = Number(process.env.SOUK_RANDOM_SEED ?? 1)
const operationsPerGraph = 8

test(
  'a random operation on a random graph has the answer that one server gives',
  async () => {
    const counts = noCounts()
    const differences: Difference[] = []
    for (let seed = firstSeed; seed < firstSeed + graphs && differences.length < 3; seed += 1)
      differences.push(...(await compareGraph(seed, operationsPerGraph, counts)))
    const { reasons, ...numbers } = counts
    console.log(numbers, Object.fromEntries(reasons))
    expect(differences.map(printDifference).join('\n\n\n')).toBe('')
    // Enough of the graphs compose for the numbers to mean something, and next to all is planned here.
    expect(counts.operations).toBeGreaterThan(graphs)
    expect(counts.library).toBeLessThanOrEqual(counts.operations / 100)
    expect(counts.unplannable).toBeLessThanOrEqual(counts.operations / 500)
  },
  1000 * 60 * 60 * 24,
)
