/** Prints how composing and planning grow with a graph: `npm --prefix tests/yardstick run growth`. */
import { compose, type PlannedOperation, planOperations } from '@souk/gateway'
import { type GrowthCase, growthCases } from './growth-cases.ts'

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@interfaceObject"])\n`
const runs = 7

process.stdout.write(
  '| what | size | compose, ms | plan: first, ms | median, ms | fetches |\n| --- | --- | --- | --- | --- | --- |\n',
)
for (const one of growthCases()) process.stdout.write(`${measure(one)}\n`)

function measure({ label, size, sdls, query }: GrowthCase): string {
  const startedAt = performance.now()
  const supergraph = compose(
    Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: federation + sdl })),
    { keyOnly: [], allowsSharedFields: true },
  )
  const composedMs = performance.now() - startedAt
  const plan = planOperations(supergraph)
  const planned = Array.from({ length: runs }, () => attempt(() => plan(query)))
  const [first] = planned
  if (typeof first === 'string' || first === undefined)
    return `| ${label} | ${size} | ${composedMs.toFixed(0)} | ${first} | | |`
  const times = planned.flatMap((one) => (typeof one === 'string' ? [] : [one.milliseconds]))
  const median = times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0
  const fetches = first.plan.steps.flatMap((step) => step.fetches).length
  return `| ${label} | ${size} | ${composedMs.toFixed(0)} | ${first.milliseconds.toFixed(1)} | ${median.toFixed(2)} | ${fetches} |`
}

function attempt(plan: () => PlannedOperation): PlannedOperation | string {
  const startedAt = performance.now()
  try {
    return plan()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return `after ${(performance.now() - startedAt).toFixed(0)} ms: ${reason}`
  }
}
