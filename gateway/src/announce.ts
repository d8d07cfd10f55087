/** What a start says when it is done: where the graph is, and in development who one may be. */
import type { ReadyToken } from './keys/development-tokens.ts'

export function announce(url: string, elapsedMs: number, tokens: readonly ReadyToken[]): void {
  if (tokens.length > 0 && !isLoopback(url)) process.stderr.write(warning)
  const lines = [
    '',
    `Souk is ready after ${(elapsedMs / 1000).toFixed(1)} s: ${url}/graphql`,
    ...(tokens.length > 0
      ? ['', 'Ready tokens, for `authorization: Bearer …`; the page has them in a menu:', '']
      : []),
    ...tokens.flatMap(({ label, token }) => [`${label}:`, token, '']),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

const isLoopback = (url: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname)

const warning =
  'Warning: in development mode whoever reaches this address may be anyone, the operator too. Set SOUK_MODE=production where others can.\n'
