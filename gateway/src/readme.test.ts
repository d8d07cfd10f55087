/** The README lists every code, every metric and every setting, as they are. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { describeSettings } from './config.ts'
import { gatewayErrors } from './errors.ts'
import { describeMetrics } from './telemetry/describe-metrics.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

test.each(Object.entries(gatewayErrors))('the README explains %s', (code, { status, meaning, remedy }) => {
  expect(readme).toContain(`| \`${code}\` | ${status} | ${meaning} | ${remedy} |`)
})

const ownMetrics = describeMetrics().filter(({ name }) => name.startsWith('souk_'))

test.each(ownMetrics)('the README explains $name', ({ name, labels, help }) => {
  expect(readme).toContain(`| \`${name}\` | ${labels.join(', ') || '-'} | ${help} |`)
})

test.each(describeSettings())('the README explains $variable', ({ variable, allowed }) => {
  expect(readme).toContain(`| \`${variable}\` | ${allowed} |`)
})
