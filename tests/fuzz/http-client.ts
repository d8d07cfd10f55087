/** Requests over kept connections that can be given up all at once, to see what the gateway holds without clients. */
import { Agent, request } from 'node:http'

export type HttpAsked = {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
  /** Hangs up once so many bytes of the answer came, or after so many milliseconds. */
  readonly hangUpAfter?: { readonly bytes?: number; readonly ms?: number }
}

export type HttpAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

export type HttpClient = {
  /** Undefined for an answer that was not waited for. */
  readonly ask: (asked: HttpAsked) => Promise<HttpAnswer | undefined>
  readonly close: () => void
}

/** Fails for what is not answered within the deadline. */
export function httpClient(url: string, deadlineMs: number): HttpClient {
  const agent = new Agent({ keepAlive: true })
  const { hostname, port, pathname } = new URL(url)
  return {
    ask: ({ method = 'POST', path = pathname, headers = {}, body = '', hangUpAfter }) =>
      new Promise((resolve, reject) => {
        const hangUp = (): void => {
          resolve(undefined)
          sent.destroy()
        }
        const timers = [
          setTimeout(() => {
            reject(new Error(`No answer to ${method} ${path} ${String(body).slice(0, 500)}`))
            sent.destroy()
          }, deadlineMs),
          ...(hangUpAfter?.ms === undefined ? [] : [setTimeout(hangUp, hangUpAfter.ms)]),
        ]
        const sent = request({ agent, hostname, port, path, method, headers }, (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (piece: string) => {
            text += piece
            if (text.length >= (hangUpAfter?.bytes ?? Number.POSITIVE_INFINITY)) hangUp()
          })
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          )
          response.once('error', () => resolve(undefined))
        })
        sent.once('error', () => resolve(undefined))
        sent.once('close', () => timers.forEach((timer) => clearTimeout(timer)))
        sent.end(body)
      }),
    close: () => agent.destroy(),
  }
}

/** As every client of GraphQL sends it. */
export const postJson = (payload: object, headers: Readonly<Record<string, string>> = {}): HttpAsked => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(payload),
})
