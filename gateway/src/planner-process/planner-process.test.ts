/** The planner's process: a crash fails one query, a slow plan ends at its deadline, a full queue refuses. */
import { expect, test } from 'vitest'
import { federation, testGateway, testSubgraph } from '../testing/test-gateway.ts'
import { compose } from '../supergraph/compose.ts'
import { startPlannerProcess } from './planner-process.ts'

const sdl = compose([{ name: 'a', sdl: `${federation} type Query { one: Int two: Int three: Int }` }]).sdl
const limits = { planTimeoutMsMax: 5_000, planQueueMax: 10, planCrashesRememberedMax: 10 }

test('killing the process mid-way fails that query alone; the next one is planned', async () => {
  const planner = startPlannerProcess(sdl, limits)
  await planner.started()
  const pid = planner.pid() ?? 0
  // Stopped, so that the query is certainly in the process when it dies.
  process.kill(pid, 'SIGSTOP')
  const first = planner.ask('{ one }')
  const second = planner.ask('{ two }')
  process.kill(pid, 'SIGKILL')
  await expect(first).rejects.toMatchObject({ code: 'GW_PLAN_FAILED' })
  await expect(second).resolves.toMatchObject({ kind: 'QueryPlan' })
  expect(planner.pid()).not.toBe(pid)
  // Killed from outside once: the query is not blamed yet.
  await expect(planner.ask('{ one }')).resolves.toBeDefined()
  await planner.close()
})

test('a query that meets a planner killed while it starts is told to come back', async () => {
  const planner = startPlannerProcess(sdl, limits)
  const asked = planner.ask('{ one }')
  process.kill(planner.pid() ?? 0, 'SIGKILL')
  await expect(asked).rejects.toMatchObject({ code: 'GW_PLANNER_BUSY', retry: true })
  await expect.poll(() => planner.isUp(), { timeout: 10_000 }).toBe(true)
  await expect(planner.ask('{ one }')).resolves.toBeDefined()
  await planner.close()
})

test('a query that aborts the process is refused at once the next time', async () => {
  const planner = startPlannerProcess(sdl, limits)
  await planner.started()
  process.kill(planner.pid() ?? 0, 'SIGSTOP')
  const asked = planner.ask('{ one }')
  process.kill(planner.pid() ?? 0, 'SIGABRT')
  process.kill(planner.pid() ?? 0, 'SIGCONT')
  await expect(asked).rejects.toMatchObject({ code: 'GW_PLAN_FAILED' })
  await expect(planner.ask('{ one }')).rejects.toThrow('This operation ended the planner before.')
  await expect(planner.ask('{ two }')).resolves.toBeDefined()
  await planner.close()
})

test('queries that follow on each other are all planned', async () => {
  const planner = startPlannerProcess(sdl, limits)
  for (let count = 0; count < 50; count += 1) await planner.ask(count % 2 === 0 ? '{ one }' : '{ two }')
  await expect(
    Promise.all([planner.ask('{ one }'), planner.ask('{ two }').then(() => planner.ask('{ three }'))]),
  ).resolves.toHaveLength(2)
  await planner.close()
})

test('planning ends at its deadline and the process is replaced', async () => {
  const planner = startPlannerProcess(sdl, { ...limits, planTimeoutMsMax: 200 })
  await planner.started()
  process.kill(planner.pid() ?? 0, 'SIGSTOP')
  await expect(planner.ask('{ one }')).rejects.toMatchObject({ code: 'GW_PLAN_TIMEOUT' })
  await expect(planner.ask('{ two }')).resolves.toBeDefined()
  await planner.close()
})

test('a full queue refuses instead of growing', async () => {
  const planner = startPlannerProcess(sdl, { ...limits, planQueueMax: 1 })
  const waiting = planner.ask('{ one }')
  await expect(planner.ask('{ two }')).rejects.toMatchObject({ code: 'GW_PLANNER_BUSY', retry: true })
  await expect(waiting).resolves.toBeDefined()
  await planner.close()
})

test('an operation that can not be planned is an error, not a crash', async () => {
  const planner = startPlannerProcess(sdl, limits)
  await planner.started()
  const pid = planner.pid()
  await expect(planner.ask('{ __schema { nope } }')).rejects.toMatchObject({ code: 'GW_PLAN_FAILED' })
  expect(planner.pid()).toBe(pid)
  await planner.close()
  await expect(planner.ask('{ one }')).rejects.toMatchObject({ code: 'GW_NOT_READY' })
})

test('a gateway survives its planner: queries already planned go on, others wait for the new process', async () => {
  await using gateway = await testGateway([
    testSubgraph('a', 'type Query { one: Int two: Int }', { Query: { one: () => 1, two: () => 2 } }),
  ])
  expect(await gateway.ask('{ one }')).toMatchObject({ data: { one: 1 } })
  const pid = gateway.plannerPid()
  process.kill(pid ?? 0, 'SIGKILL')
  await expect.poll(() => gateway.plannerPid()).not.toBe(pid)
  expect(await gateway.ask('{ one }')).toMatchObject({ data: { one: 1 } })
  expect(await gateway.ask('{ two }')).toMatchObject({ data: { two: 2 } })
  await expect.poll(() => gateway.ready()).toBe(true)
})
