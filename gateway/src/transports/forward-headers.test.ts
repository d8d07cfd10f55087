/** Which of a client's headers go on to which subgraphs. */
import type { SubgraphRequest, Transport } from '@souk/contracts'
import { expect, test } from 'vitest'
import { forwardHeaders } from './forward-headers.ts'

function recording(): { readonly transport: Transport; readonly requests: SubgraphRequest[] } {
  const requests: SubgraphRequest[] = []
  return {
    requests,
    transport: {
      execute: (request) => Promise.resolve({ data: { count: requests.push(request) } }),
      ready: () => Promise.resolve(true),
      close: () => Promise.resolve(),
    },
  }
}

const request: SubgraphRequest = { query: '{ a }', viewerToken: '', requestId: 'r', deadlineMs: 1 }
const signal = new AbortController().signal

test('without rules the transports are used as they are', () => {
  const transports = new Map([['a', recording().transport]])
  expect(forwardHeaders(transports, [])({ authorization: 'secret' })).toBe(transports)
})

test('a header goes on under its rule alone, and only to the subgraphs that the rule names', async () => {
  const [a, b] = [recording(), recording()]
  const transports = new Map([
    ['a', a.transport],
    ['b', b.transport],
  ])
  const transportsFor = forwardHeaders(transports, [
    { forward: 'X-Tenant', as: 'X-Organisation', to: ['a'] },
    { forward: 'authorization' },
  ])
  for (const transport of transportsFor({ 'x-tenant': 'north', authorization: 'mine', cookie: 'c' }).values())
    await transport.execute(request, signal)
  expect(a.requests).toEqual([{ ...request, headers: { 'x-organisation': 'north', authorization: 'mine' } }])
  expect(b.requests).toEqual([{ ...request, headers: { authorization: 'mine' } }])
})

test('a subscription is passed on with the same headers', async () => {
  const requests: SubgraphRequest[] = []
  const { transport } = recording()
  const subscribing: Transport = {
    ...transport,
    async *subscribe(asked) {
      requests.push(asked)
      yield {}
    },
  }
  const transportsFor = forwardHeaders(new Map([['a', subscribing]]), [{ forward: 'x-tenant' }])
  const events = transportsFor({ 'x-tenant': 'north', cookie: 'c' }).get('a')?.subscribe?.(request, signal)
  for await (const event of events ?? []) expect(event).toEqual({})
  expect(requests).toEqual([{ ...request, headers: { 'x-tenant': 'north' } }])
  expect(transportsFor({ 'x-tenant': 'north' }).get('a')).toHaveProperty('subscribe')
})

test('what one client sends is not sent for the next', async () => {
  const { transport, requests } = recording()
  const transportsFor = forwardHeaders(new Map([['a', transport]]), [{ forward: 'authorization' }])
  for (const headers of [{ authorization: 'first' }, {}])
    await transportsFor(headers).get('a')?.execute(request, signal)
  expect(requests).toEqual([{ ...request, headers: { authorization: 'first' } }, request])
})
