/** The one Prisma configuration; SOUK_PRISMA_SUBGRAPH says for which subgraph the CLI was started. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

const folder = fileURLToPath(
  new URL(`../../subgraphs/${process.env.SOUK_PRISMA_SUBGRAPH}/prisma/`, import.meta.url),
)

export default defineConfig({
  schema: `${folder}schema.prisma`,
  migrations: { path: `${folder}migrations` },
  datasource: { url: process.env.DATABASE_URL ?? '' },
})
