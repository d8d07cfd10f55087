/** Loaded into a process before Souk: a request for /stray-rejection or /stray-exception meets a bug that nobody catches. */
import { subscribe } from 'node:diagnostics_channel'

subscribe('http.server.request.start', (message) => {
  const { request } = /** @type {{ request: import('node:http').IncomingMessage }} */ (message)
  if (request.url === '/stray-rejection') void Promise.reject(new Error('nobody waits for this'))
  if (request.url === '/stray-exception')
    setImmediate(() => {
      throw new Error('nobody catches this')
    })
})
