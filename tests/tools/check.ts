/** Every check that isn't a test, one after the other, each with its time; fails if one of them does. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

const steps = [
  { name: 'types', command: ['tsc', '-p', 'tsconfig.base.json'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  {
    name: 'boundaries',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'gateway', 'subgraphs', 'plugins', 'tests'],
  },
  { name: 'tidy', command: ['vitest', 'run', '--config', 'tests/vitest.config.ts', 'tests/architecture'] },
] as const

const failed = steps.filter(({ name, command: [tool, ...args] }) => !runStep(name, tool, args))

process.stdout.write(`\nchecks: ${steps.length - failed.length} passed, ${failed.length} failed\n`)
process.exitCode = failed.length > 0 ? 1 : 0

/** All of them are run: who mends one thing wants to see the others too. */
function runStep(name: string, tool: string, args: readonly string[]): boolean {
  const started = Date.now()
  const { status, stdout, stderr, error } = spawnSync(`${root}node_modules/.bin/${tool}`, args, {
    cwd: root,
    encoding: 'utf8',
  })
  const isGood = status === 0
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${isGood ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds} s\n`)
  if (!isGood) process.stdout.write(`${stdout}${stderr}${error?.message ?? ''}\n`)
  return isGood
}
