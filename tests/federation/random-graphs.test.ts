/** Random graphs, data and operations: the gateway answers what one server over the same data answers. */
import { expect, test } from 'vitest'
import { compareGraph, type Difference, noCounts } from './random/compare-graph.ts'
import { everySubset } from './random/every-subset.ts'
import { printDifference } from './random/print-case.ts'

// SOUK_RANDOM_GRAPHS=5000 SOUK_RANDOM_SEED=10000 looks further; for hours there is tests/federation/random/run-long.ts.
const graphs = Number(process.env.SOUK_RANDOM_GRAPHS ?? 140)
const firstSeed = Number(process.env.SOUK_RANDOM_SEED ?? 1)
const operations = 16

test(
  'a random operation on a random graph has the answer that one server gives',
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
            ...(seed % 5 === 3 && { passes: everySubset }),
            transport: seed % 10 === 9 ? 'http' : 'memory',
            shrinkMs: () => 20_000,
          },
          counts,
        )),
      )
    console.log(counts)
    const pages = await Promise.all(differences.map(printDifference))
    expect(pages.join('\n\n\n')).toBe('')
    // Nearly all of the graphs compose, and nearly all of the operations are valid, for the numbers to mean something.
    expect(counts.graphs).toBeGreaterThan(graphs * 0.9)
    expect(counts.operations).toBeGreaterThan(graphs * operations * 0.9)
  },
  1000 * 60 * 60 * 24,
)
