/** Random graphs, data and operations: the gateway answers what one server over the same data answers. */
import { testGateway } from '@souk/gateway/testing'
import { test } from 'vitest'
import { randomGraph } from './random/graph-model.ts'
import { askOneServer, subgraphsOf } from './random/graph-servers.ts'
import { randomOperation } from './random/random-query.ts'
import { seeded } from './random/seeded.ts'

const graphs = Number(process.env.SOUK_RANDOM_GRAPHS ?? 60)
const first = Number(process.env.SOUK_RANDOM_SEED ?? 1)
const perGraph = 10

test('r', async () => {
  let composed = 0,
    asked = 0,
    wrong = 0,
    own = 0,
    library = 0
  const reasons = new Map<string, number>()
  for (let seed = first; seed < first + graphs; seed += 1) {
    const chance = seeded(seed)
    const model = randomGraph(seed, chance)
    const logger = {
      warn: (x: { because: string; reason: string }) => {
        const r = `${x.because} ${x.reason}`.slice(0, 160)
        reasons.set(r, (reasons.get(r) ?? 0) + 1)
        if (process.env.SHOWR) console.log(seed, x)
      },
      info() {},
      error(x: unknown) {
        if (process.env.SHOWR) console.log(x)
      },
    }
    let gateway
    try {
      gateway = await testGateway(
        subgraphsOf(model),
        {},
        { ownership: { keyOnly: [], allowsSharedFields: true }, logger: logger as never },
      )
    } catch (e) {
      if (process.env.SHOW) console.log(seed, String(e).slice(0, 400))
      continue
    }
    composed += 1
    for (let i = 0; i < perGraph; i += 1) {
      const operation = randomOperation(gateway.supergraph.publicSchema, chance)
      if (operation === undefined) continue
      asked += 1
      const expected = askOneServer(model, gateway.supergraph.publicSchema, operation)
      const before = gateway.planCounts().own
      const { data, errors } = await gateway.ask(operation.query, { variables: operation.variables })
      const want = JSON.stringify(expected.data)
      if (expected.errors) console.log('ERR', seed, expected.errors)
      if (JSON.stringify(data) !== want || errors) {
        wrong += 1
        if (wrong < 4) {
          console.log(
            `WRONG seed ${seed} by ${gateway.planCounts().own > before ? 'own' : 'library'}\n${operation.query}\nwant ${want}\ngot  ${JSON.stringify(data)}\n`,
            errors?.slice(0, 2),
          )
          try {
            console.log(await gateway.explain(operation.query))
          } catch (e) {
            console.log(String(e))
          }
        }
      }
    }
    own += gateway.planCounts().own
    library += gateway.planCounts().library
    await gateway.close()
  }
  console.log(
    { composed, asked, wrong, own, library },
    [...reasons].toSorted((a, b) => b[1] - a[1]).slice(0, 8),
  )
}, 600_000)
