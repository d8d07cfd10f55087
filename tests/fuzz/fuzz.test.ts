/** Some thousand cases of every campaign from a fixed seed; SOUK_FUZZ_SEED and SOUK_FUZZ_CASES make them others, and more. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { campaigns, checkNothingLeft, runCampaign } from './campaigns.ts'
import { type Bench, openBench } from './fuzz-bench.ts'
import { heapAfterCollection } from './oracles.ts'

const seed = Number(process.env.SOUK_FUZZ_SEED ?? 20_261_122)
const cases = Number(process.env.SOUK_FUZZ_CASES ?? 2_500)
const msMax = 30_000 + cases * 100

let bench: Bench

beforeAll(async () => {
  bench = await openBench()
})

afterAll(async () => {
  await bench.close()
})

test.each(campaigns)(
  '$name: the gateway stays, tells nothing of its inside, and answers everyone',
  async (campaign) => {
    const run = { seed, cases: Math.ceil((cases * campaign.percent) / 100) }
    await runCampaign(campaign, bench, run)
    await checkNothingLeft(bench)
  },
  msMax,
)

test(
  'cases that were run leave no memory behind',
  async () => {
    const [documents] = campaigns
    if (documents === undefined) throw new Error('There is no campaign.')
    // The first fill what is kept of documents and plans.
    await runCampaign(documents, bench, { seed: seed + 1, cases: 200 })
    const before = await heapAfterCollection()
    await runCampaign(documents, bench, { seed: seed + 1, cases: 200 })
    expect((await heapAfterCollection()) - before).toBeLessThan(heapBytesMax)
  },
  msMax,
)

// Two kilobytes a case: a request that is kept has more.
const heapBytesMax = 400_000
