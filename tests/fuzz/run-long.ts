/** Every campaign in turn with seeds that go up, for as long as it is told to; goes on after a fault, and lists all at the end. */
import { setTimeout as wait } from 'node:timers/promises'
import { inspect, parseArgs } from 'node:util'
import { campaigns, checkNothingLeft, runCampaign } from './campaigns.ts'
import { type Bench, openBench } from './fuzz-bench.ts'
import { countHandles, heapAfterCollection } from './oracles.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    /** A part of a campaign's name. */
    only: { type: 'string', default: '' },
  },
})
const roundCases = 1_000
const closeMsMax = 15_000
const untilMs = performance.now() + Number(values.seconds) * 1_000
const faults = new Map<string, string>()
const counts = new Map<string, number>()
let bench: Bench = await openBench()

for (let seed = Number(values.seed); performance.now() < untilMs; seed += 1) {
  for (const campaign of campaigns.filter(({ name }) => name.includes(values.only))) {
    const cases = (roundCases * campaign.percent) / 100
    counts.set(campaign.name, (counts.get(campaign.name) ?? 0) + cases)
    try {
      await runCampaign(campaign, bench, { seed, cases })
      await checkNothingLeft(bench)
    } catch (error) {
      await note(campaign.name, seed, error)
    }
  }
  const heapMb = ((await heapAfterCollection()) / 1_048_576).toFixed(1)
  const handles = Object.values(countHandles()).reduce((sum, one) => sum + one, 0)
  const total = [...counts.values()].reduce((sum, one) => sum + one, 0)
  print(`seed ${seed}: ${total} cases, ${faults.size} kinds of faults, heap ${heapMb} MB, ${handles} handles`)
}
print(inspect(Object.fromEntries(counts)))
for (const [what, first] of faults) print(`\n${what}\n${first}`)
process.exit(faults.size === 0 ? 0 : 1)

// A fault of which nobody knows what it left behind: the next begins anew.
async function note(name: string, seed: number, error: unknown): Promise<void> {
  const text = inspect(error, { depth: 4 }).slice(0, 6_000)
  const kind = `${name}: ${(/(?:Error: |Got )(?!Property)[^\n]*/.exec(text)?.[0] ?? text).slice(0, 120)}`
  if (!faults.has(kind)) {
    faults.set(kind, `seed ${seed}\n${text}`)
    print(`FAULT ${kind} (seed ${seed})\n${text}`)
  }
  const old = bench
  bench = await openBench()
  // What the fault left may keep it from closing.
  await Promise.race([old.close().catch(() => undefined), wait(closeMsMax)])
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
