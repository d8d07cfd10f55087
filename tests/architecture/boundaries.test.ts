/** Proves that the boundary check sees violations, since a parser that finds no TypeScript would find no fault either. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { root } from './source-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'souk-boundaries-'))
afterAll(() => rmSync(folder, { recursive: true }))
for (const name of ['tsconfig.base.json', '.dependency-cruiser.cjs'])
  copyFileSync(join(root, name), join(folder, name))

const violations = [
  ['subgraph-is-an-island', 'subgraphs/orders/src/cart.ts', 'subgraphs/products/src/stock.ts'],
  ['only-embedded-imports-subgraphs', 'gateway/src/request/run-request.ts', 'subgraphs/kit/src/index.ts'],
  ['gateway-tests-import-no-subgraph', 'gateway/src/main.test.ts', 'subgraphs/orders/src/index.ts'],
  ['planner-has-no-io', 'gateway/src/planner/plan-query.ts', 'node:fs'],
  ['steps-do-not-chain', 'gateway/src/request/01-receive.ts', 'gateway/src/request/02-authenticate.ts'],
  [
    'only-stores-touch-prisma',
    'subgraphs/orders/src/cart/cart.ts',
    'subgraphs/orders/src/generated/prisma/client.ts',
  ],
  ['plugin-sees-only-the-sdk', 'plugins/reviews/src/index.ts', 'gateway/src/index.ts'],
  ['front-door-only', 'subgraphs/orders/src/index.ts', 'subgraphs/kit/src/outbox.ts'],
] as const

test.each(violations)('%s is reported, also for an import of a type', (rule, from, to) => {
  const target = to.startsWith('node:') ? to : `${'../'.repeat(from.split('/').length - 1)}${to}`
  if (!to.startsWith('node:')) writeSource(to, 'export type Thing = string\n')
  writeSource(from, `import type * as thing from '${target}'\nexport type Same = typeof thing\n`)
  const { stdout } = spawnSync(
    join(root, 'node_modules/.bin/depcruise'),
    ['--config', '.dependency-cruiser.cjs', from],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  expect(stdout).toContain(`error ${rule}: ${from}`)
})

function writeSource(path: string, text: string): void {
  mkdirSync(join(folder, dirname(path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
