/** Writes what was measured: a table and a chart for each work. */
import { writeFile } from 'node:fs/promises'
import type { GatewayName } from './gateways.ts'
import { type WorkName, works } from './works.ts'

export type Measured = {
  readonly work: WorkName
  readonly gateway: GatewayName
  readonly requestsPerSecond: number
  /** Of the gateway's process alone. */
  readonly cpuSecondsPerThousand: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly residentMb: number
  readonly callsPerRequest: number
  readonly failed: number
}

export type Circumstances = { readonly machine: string; readonly date: string }

export async function writeResults(
  measured: readonly Measured[],
  { machine, date }: Circumstances,
): Promise<void> {
  const here = (name: string): URL => new URL(name, import.meta.url)
  const sections = Object.entries(works).flatMap(([name, { title }]) => {
    const rows = measured.filter(({ work }) => work === name)
    return rows.length === 0 ? [] : [`## ${title}\n\n${table(rows)}`]
  })
  await writeFile(
    here('RESULTS.md'),
    `# Results\n\n${date}, ${machine}. Made by \`npm run bench\`; read ratios within one table, not absolutes.\nHive's gateway shares identical calls in flight whatever it is asked (see its calls a request), so its rows are of another race than the others.\n\n![CPU seconds for 1,000 requests](results.svg)\n\n${sections.join('\n\n')}\n`,
  )
  await writeFile(here('results.svg'), chart(measured.filter(({ work }) => work === 'big')))
}

function table(rows: readonly Measured[]): string {
  const best = rows.find(({ gateway }) => gateway === 'souk')?.cpuSecondsPerThousand
  const lines = rows.map((row) =>
    [
      row.gateway,
      row.requestsPerSecond.toFixed(0),
      row.cpuSecondsPerThousand.toFixed(3),
      best === undefined ? '' : (row.cpuSecondsPerThousand / best).toFixed(2),
      `${row.p50Ms.toFixed(1)} / ${row.p99Ms.toFixed(1)}`,
      String(row.residentMb),
      row.callsPerRequest.toFixed(2),
      String(row.failed),
    ].join(' | '),
  )
  return `| gateway | requests/s | CPU s for 1,000 | × Souk's | p50 / p99 ms | RSS MB | calls a request | failed |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n${lines.map((line) => `| ${line} |`).join('\n')}`
}

function chart(rows: readonly Measured[]): string {
  const most = Math.max(...rows.map(({ cpuSecondsPerThousand }) => cpuSecondsPerThousand), 0.001)
  const bars = rows.map(({ gateway, cpuSecondsPerThousand }, at) => {
    const y = 30 + at * 28
    const width = Math.max(1, Math.round((cpuSecondsPerThousand / most) * 380))
    const colour = gateway === 'souk' ? '#0f766e' : '#94a3b8'
    return `<text x="130" y="${y + 14}" text-anchor="end">${gateway}</text><rect x="140" y="${y}" width="${width}" height="18" fill="${colour}"/><text x="${146 + width}" y="${y + 14}">${cpuSecondsPerThousand.toFixed(2)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="${40 + rows.length * 28}" font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/><text x="10" y="18">CPU seconds for 1,000 requests, the benchmark query, every call sent</text>${bars.join('')}</svg>\n`
}
