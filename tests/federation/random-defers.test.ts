/** Random operations with deferred fragments: put together, the parts are the answer that one server gives. */
import { expect, test } from 'vitest'
import { compareGraph, type Difference, noCounts } from './random/compare-graph.ts'
import { printDifference } from './random/print-case.ts'

// SOUK_RANDOM_GRAPHS and SOUK_RANDOM_SEED look further; so does tests/federation/random/run-long.ts --defer.
const graphs = Number(process.env.SOUK_RANDOM_GRAPHS ?? 40)
const firstSeed = Number(process.env.SOUK_RANDOM_SEED ?? 1)
const operations = 12

test(
  'the parts of a random operation are, put together, the answer that one server gives',
  async () => {
    const counts = noCounts()
    const differences: Difference[] = []
    for (let seed = firstSeed; seed < firstSeed + graphs && differences.length < 3; seed += 1)
      differences.push(
        ...(await compareGraph(
          {
            seed,
            operations,
            features: seed % 2 === 0 ? 'common' : 'everything',
            defers: true,
            shrinkMs: () => 20_000,
          },
          counts,
        )),
      )
    console.log(counts)
    const pages = await Promise.all(differences.map(printDifference))
    expect(pages.join('\n\n\n')).toBe('')
    expect(counts.operations).toBeGreaterThan(graphs * operations * 0.8)
    // Enough of them leave something for later for the numbers to mean something.
    expect(counts.inParts).toBeGreaterThan(counts.operations * 0.15)
  },
  1000 * 60 * 60 * 24,
)
