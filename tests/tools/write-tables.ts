/** Writes the tables of errors, metrics and settings into the gateway's pages, from the code that has them. `node tests/tools/run.mjs tests/tools/write-tables.ts` */
import { readFile, writeFile } from 'node:fs/promises'
import { describeMetrics, describeSettings, gatewayErrors } from '@souk/gateway'

const tables = [
  {
    page: 'README.md',
    head: '| code | status | means | remedy | retry |\n| --- | --- | --- | --- | --- |\n',
    rows: Object.entries(gatewayErrors).map(
      ([code, { status, meaning, remedy, retry }]) =>
        `| \`${code}\` | ${status} | ${meaning} | ${remedy} | ${retry ? 'yes' : 'no'} |\n`,
    ),
  },
  {
    page: 'docs/watching.md',
    head: '| metric | labels | what |\n| --- | --- | --- |\n',
    rows: describeMetrics()
      .filter(({ name }) => name.startsWith('souk_'))
      .map(({ name, labels, help }) => `| \`${name}\` | ${labels.join(', ') || '-'} | ${help} |\n`),
  },
  {
    page: 'docs/settings.md',
    head: '| variable | allowed |\n| --- | --- |\n',
    rows: describeSettings().map(({ variable, allowed }) => `| \`${variable}\` | ${allowed} |\n`),
  },
]
for (const { page, head, rows } of tables) {
  const file = new URL(`../../gateway/${page}`, import.meta.url)
  const text = await readFile(file, 'utf8')
  const start = text.indexOf(head)
  if (start < 0) throw new Error(`${page} has no table that begins with ${head.split('\n')[0]}`)
  const from = start + head.length
  const length = /^(?:\|.*\n)*/.exec(text.slice(from))?.[0].length ?? 0
  await writeFile(file, text.slice(0, from) + rows.join('') + text.slice(from + length))
}
