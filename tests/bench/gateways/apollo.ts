/** Apollo Gateway behind Apollo Server, as its documentation starts it: `node apollo.ts PORT SUPERGRAPH`. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [, , port = '0', supergraph = ''] = process.argv
const load = async (name: string): Promise<Record<string, never>> => {
  const require = createRequire(new URL('../peers/apollo/package.json', import.meta.url))
  return (await import(pathToFileURL(require.resolve(name)).href)) as Record<string, never>
}
const { ApolloGateway } = (await load('@apollo/gateway')) as unknown as {
  ApolloGateway: new (options: object) => object
}
const { ApolloServer } = (await load('@apollo/server')) as unknown as {
  ApolloServer: new (options: object) => object
}
const { startStandaloneServer } = (await load('@apollo/server/standalone')) as unknown as {
  startStandaloneServer: (server: object, options: object) => Promise<{ url: string }>
}
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraph, 'utf8') })
const { url } = await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { host: '127.0.0.1', port: Number(port) },
})
process.stdout.write(`ready ${url}\n`)
