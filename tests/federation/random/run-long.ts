/**
 * Compares random graphs until it is stopped, and writes down each difference.
 *
 *   node tests/tools/run.mjs tests/federation/random/run-long.ts --seconds 3600 --out /tmp/differences
 *
 * Options: --seed N (else the time), --step N (seeds of several processes don't meet), --graphs N, --operations N, --features common|everything|both,
 * --without FEATURE,FEATURE,
 * --http (a tenth of the graphs over HTTP), --passes (a fifth with every subset of the optimisations), --defer (fragments are deferred), --shrink-seconds N for each, --each N differences of one class at most.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareGraph, type Counts, type Difference, noCounts } from './compare-graph.ts'
import { everySubset } from './every-subset.ts'
import type { Feature, FeatureSet } from './graph/features.ts'
import { printDifference } from './print-case.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    step: { type: 'string', default: '1' },
    graphs: { type: 'string', default: 'Infinity' },
    operations: { type: 'string', default: '20' },
    features: { type: 'string', default: 'both' },
    seconds: { type: 'string', default: 'Infinity' },
    'shrink-seconds': { type: 'string', default: '30' },
    each: { type: 'string', default: '20' },
    out: { type: 'string', default: '.souk/differences' },
    without: { type: 'string', default: '' },
    passes: { type: 'boolean', default: false },
    http: { type: 'boolean', default: false },
    defer: { type: 'boolean', default: false },
  },
})
let written = 0
await run()

async function run(): Promise<void> {
  mkdirSync(values.out, { recursive: true })
  const counts = noCounts()
  const seen: Seen = new Map()
  let isStopped = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      console.log(`${signal}: stopping after this graph`)
      isStopped = true
    })
  const startedAt = Date.now()
  let saidAt = startedAt
  let seed = Number(values.seed ?? Date.now() % 1_000_000_000)
  console.log(`first seed ${seed}`)
  for (let graph = 0; graph < Number(values.graphs) && !isStopped; graph += 1, seed += Number(values.step)) {
    if (Date.now() - startedAt > Number(values.seconds) * 1000) break
    for (const one of await compare(seed, counts, seen)) await note(one)
    if (Date.now() - saidAt < 60_000) continue
    saidAt = Date.now()
    report(counts, startedAt, seed)
  }
  report(counts, startedAt, seed)
  for (const [kind, count] of seen) console.log(`differs ${count}: ${kind}`)
  for (const [reason, count] of [...counts.refusals].toSorted((one, other) => other[1] - one[1]))
    console.log(`refused ${count}: ${reason}`)
  process.exitCode = counts.differences > 0 ? 1 : 0
}

type Seen = Map<string, number>

async function compare(seed: number, counts: Counts, seen: Seen): Promise<readonly Difference[]> {
  const features = values.features === 'both' ? (seed % 2 === 0 ? 'common' : 'everything') : values.features
  try {
    return await compareGraph(
      {
        seed,
        operations: Number(values.operations),
        features: features as FeatureSet,
        without: values.without.split(',') as Feature[],
        defers: values.defer,
        ...(values.passes && seed % 5 === 3 && { passes: everySubset }),
        transport: values.http && seed % 10 === 9 ? 'http' : 'memory',
        shrinkMs: (found) => (isNew(seen, found) ? Number(values['shrink-seconds']) * 1000 : 0),
      },
      counts,
    )
  } catch (error) {
    console.log(`seed ${seed} (${features}):`, error)
    return []
  }
}

/** Of each class only the first few are made small and written down. */
function isNew(seen: Seen, difference: Difference): boolean {
  const kind = classOf(difference)
  const count = (seen.get(kind) ?? 0) + 1
  seen.set(kind, count)
  return count <= Number(values.each)
}

async function note(difference: Difference): Promise<void> {
  if (!difference.isSmall) return
  const file = join(values.out, `${classOf(difference)}-${difference.seed}-${(written += 1)}.md`)
  writeFileSync(file, `${await printDifference(difference)}\n`)
  const { seed, sources, operation, options } = difference
  writeFileSync(file.replace(/md$/, 'json'), JSON.stringify({ seed, sources, operation, options }))
  console.log(`${file}: ${difference.problem.slice(0, 150)}`)
}

/** Faults that say the same but for names are written down as one class. */
function classOf({ problem, plan }: Difference): string {
  const [kind = ''] = problem.split(':')
  const code = /"code":"(\w+)"/.exec(problem)?.[1] ?? ''
  const fault = plan.startsWith('Fault') || plan.startsWith('ClientError') ? plan : ''
  const text = fault
    .replaceAll(/\.?[\w<>[\].]*\d\w*[<>\w.[\]]*/g, '')
    .replaceAll(/\W+/g, '-')
    .slice(0, 60)
  return [kind, code, text.toLowerCase()]
    .filter((one) => one !== '')
    .join('-')
    .replace(/-$/, '')
}

function report(counts: Counts, startedAt: number, seed: number): void {
  const refused = [...counts.refusals.values()].reduce((sum, count) => sum + count, 0)
  const minutes = ((Date.now() - startedAt) / 60_000).toFixed(1)
  console.log(
    `${minutes} min, at seed ${seed}: ${counts.graphs} graphs (${refused} refused), ${counts.operations} operations (${counts.invalid} not valid), ${counts.inParts} in parts, ${counts.differences} differences`,
  )
}
