/** graphql-request: one function that sends a document and gives its data. */
import { ClientError, GraphQLClient } from 'graphql-request'
import { expect } from 'vitest'
import { answered, asked, type ClientCases } from './client-cases.ts'

export const graphqlRequest: ClientCases = {
  name: 'graphql-request',
  async query({ url }) {
    expect(await new GraphQLClient(url).request(asked.query, { id: 3 })).toEqual(answered.query)
  },
  async mutation({ url }) {
    const client = new GraphQLClient(url)
    expect(await client.request(asked.mutation, { id: 2, title: 'New' })).toEqual(answered.mutation)
  },
  async error({ url }) {
    const client = new GraphQLClient(url, { errorPolicy: 'all' })
    const { data, errors } = await client.rawRequest(asked.error)
    expect(data).toEqual(answered.error)
    expect(errors).toMatchObject([{ path: ['broken'], extensions: { code: 'SOLD_OUT' } }])
    await expect(new GraphQLClient(url).request(asked.error)).rejects.toThrow(ClientError)
  },
  persisted: 'sends texts only',
  subscription: 'has none',
  defer: 'has none',
  also: {
    'several queries in one request': async ({ url }) => {
      const answers = await new GraphQLClient(url).batchRequests([
        { document: asked.query, variables: { id: 3 } },
        { document: asked.mutation, variables: { id: 2, title: 'New' } },
      ])
      expect(answers).toEqual([{ data: answered.query }, { data: answered.mutation }])
    },
    'queries with GET': async ({ url }) => {
      const client = new GraphQLClient(url, { method: 'GET' })
      expect(await client.request(asked.query, { id: 3 })).toEqual(answered.query)
    },
    'a token says who asks': async ({ url, token }) => {
      const client = new GraphQLClient(url, { headers: { authorization: `Bearer ${token}` } })
      expect(await client.request(asked.secret)).toEqual({ secret: 42 })
    },
  },
}
