/** A GraphQL client as a front-end has one: POST, JSON, a bearer token, and server-sent events for subscriptions. */
import { createClient } from 'graphql-sse'

export type Answer<Data = Record<string, never>> = {
  readonly status: number
  /** The body as it came, for comparing bytes. */
  readonly text: string
  readonly data: Data
  readonly errors?: readonly AnswerError[]
}

export type AnswerError = {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: { readonly code?: string; readonly requestId?: string }
}

export type Watched<Data> = { readonly data?: Data; readonly errors?: readonly AnswerError[] }

export type Client = {
  /** The whole answer, errors and all. */
  ask<Data = Record<string, never>>(query: string, variables?: object): Promise<Answer<Data>>
  /** The data of an answer that must have no errors. */
  get<Data>(query: string, variables?: object): Promise<Data>
  /** The answers of a subscription as they come. Whoever stops reading ends it. */
  watch<Data>(query: string, variables?: object): AsyncIterableIterator<Watched<Data>>
}

export function openClient(url: string, token?: string): Client {
  const ask = async <Data>(query: string, variables: object = {}): Promise<Answer<Data>> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    })
    const text = await response.text()
    return { status: response.status, text, ...(JSON.parse(text) as { data: Data; errors?: AnswerError[] }) }
  }
  return {
    ask,
    get: async <Data>(query: string, variables?: object) => {
      const { data, errors, status, text } = await ask<Data>(query, variables)
      if (errors || data === undefined) throw new Error(`The graph answered ${status}: ${text}`)
      return data
    },
    watch: <Data>(query: string, variables: object = {}) => {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const client = createClient({ url, headers, retryAttempts: 0 })
      return client.iterate({ query, variables: { ...variables } }) as AsyncIterableIterator<Watched<Data>>
    },
  }
}
