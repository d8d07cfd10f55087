/** The README lists every code and every setting, as they are. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { describeSettings } from './config.ts'
import { gatewayErrors } from './errors.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

test.each(Object.entries(gatewayErrors))('the README explains %s', (code, { status, meaning, remedy }) => {
  expect(readme).toContain(`| \`${code}\` | ${status} | ${meaning} | ${remedy} |`)
})

test.each(describeSettings())('the README explains $variable', ({ variable, allowed }) => {
  expect(readme).toContain(`| \`${variable}\` | ${allowed} |`)
})
