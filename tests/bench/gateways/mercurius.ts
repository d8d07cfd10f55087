/** Mercurius' gateway with its JIT on: `node mercurius.ts PORT URLS`. It composes the subgraphs' schemas itself. */
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const [, , port = '0', urls = '{}'] = process.argv
const require = createRequire(new URL('../peers/mercurius/package.json', import.meta.url))
const fastify = require('fastify') as () => {
  register: (plugin: unknown, options: object) => void
  listen: (options: object) => Promise<string>
}
// It is installed when the benchmark first runs it, so its name must not look like an import.
const name = ['@mercuriusjs', 'gateway'].join('/')
const plugin = require(name) as unknown
const app = fastify()
app.register(plugin, {
  jit: 1,
  gateway: {
    services: Object.entries(JSON.parse(urls) as Record<string, string>).map(([name, url]) => ({
      name,
      url,
      schema: readFileSync(new URL(`../graph/${name}.graphql`, import.meta.url), 'utf8'),
    })),
  },
})
const url = await app.listen({ host: '127.0.0.1', port: Number(port) })
process.stdout.write(`ready ${url}\n`)
