/** The README and the pages beside it list every code, every metric and every setting, as they are. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { describeSettings } from './config.ts'
import { gatewayErrors } from './errors.ts'
import { describeMetrics } from './telemetry/describe-metrics.ts'

const readPage = (name: string): Promise<string> => readFile(new URL(`../${name}`, import.meta.url), 'utf8')
const readme = await readPage('README.md')
const watching = await readPage('docs/watching.md')
const settings = await readPage('docs/settings.md')

test.each(Object.entries(gatewayErrors))('the README explains %s', (code, { status, meaning, remedy }) => {
  expect(readme).toContain(`| \`${code}\` | ${status} | ${meaning} | ${remedy} |`)
})

const ownMetrics = describeMetrics().filter(({ name }) => name.startsWith('souk_'))

test.each(ownMetrics)('the page on watching explains $name', ({ name, labels, help }) => {
  expect(watching).toContain(`| \`${name}\` | ${labels.join(', ') || '-'} | ${help} |`)
})

test.each(describeSettings())('the page of settings explains $variable', ({ variable, allowed }) => {
  expect(settings).toContain(`| \`${variable}\` | ${allowed} |`)
})
