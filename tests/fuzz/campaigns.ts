/** Every campaign, and how one is run: so many cases from a seed, with the rest looked at in between, and nothing left behind. */
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { type Bench, type Campaign, caseMsMax, connectionsMax } from './fuzz-bench.ts'
import { documentsCampaign, variablesCampaign } from './fuzz-documents.ts'
import { requestsCampaign, smugglingCampaign } from './fuzz-http.ts'
import { socketsCampaign } from './fuzz-sockets.ts'
import { streamsCampaign } from './fuzz-streams.ts'
import { subgraphAnswersCampaign, subgraphEventsCampaign } from './fuzz-subgraphs.ts'
import { openRawSocket, type RawSocket } from './socket-frames.ts'

export const campaigns: readonly Campaign[] = [
  documentsCampaign,
  variablesCampaign,
  requestsCampaign,
  smugglingCampaign,
  socketsCampaign,
  streamsCampaign,
  subgraphAnswersCampaign,
  subgraphEventsCampaign,
]

export type Run = { readonly seed: number; readonly cases: number }

/** Throws with the smallest case that fails, and the seed that makes it again. */
export async function runCampaign(campaign: Campaign, bench: Bench, { seed, cases }: Run): Promise<void> {
  let count = 0
  const property = campaign.property(bench).afterEach(async () => {
    count += 1
    bench.watch.check()
    if (count % 20 === 0) await bench.checkRest()
  })
  await fc.assert(property, {
    seed,
    numRuns: cases,
    // A case takes some milliseconds, and smaller ones of a dozen levels take as many.
    interruptAfterTimeLimit: shrinkMsMax + cases * 100,
    markInterruptAsFailure: false,
  })
  await bench.checkRest()
}

const shrinkMsMax = 60_000

/** Once every client has gone: no subscription is read, and every place for a connection is free. */
export async function checkNothingLeft({ graph, client }: Bench): Promise<void> {
  client.close()
  const untilMs = performance.now() + caseMsMax
  while (graph.readers() > 0) {
    if (performance.now() > untilMs) throw new Error(`${graph.readers()} subscriptions are read for nobody.`)
    await wait(20)
  }
  const sockets: RawSocket[] = []
  // Those that have just gone may be seen to a moment later.
  while (sockets.length < connectionsMax) {
    try {
      sockets.push(await openRawSocket(graph.port, caseMsMax))
    } catch (error) {
      if (performance.now() > untilMs)
        throw new Error(`Of ${connectionsMax} places for connections ${sockets.length} are free.`, {
          cause: error,
        })
      await wait(20)
    }
  }
  for (const socket of sockets) socket.destroy()
  await Promise.all(sockets.map(({ closed }) => closed))
}
