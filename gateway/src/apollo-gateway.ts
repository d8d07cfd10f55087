/** Mounts a gateway in an existing Apollo Server: the object that its option `gateway` takes. */
import type { Viewer } from '@souk/contracts'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { statusOf } from './errors.ts'
import type { Gateway } from './gateway.ts'
import type { ServerAnswer } from './request/run-for-server.ts'
import type { WrittenError } from './request/write-response.ts'

export type ApolloGatewayOptions<Context> = {
  /** It stays with its owner, who closes it after the server has stopped. */
  readonly gateway: Pick<Gateway, 'run' | 'onGraph'>
  /** Who asks, as the server's context has it. Undefined leaves it to the token among the headers. */
  readonly viewerOf?: (context: Context) => Viewer | undefined
  /** With lower-case names. Without it they are those of the HTTP request. */
  readonly headersOf?: (context: Context) => Readonly<Record<string, string | undefined>>
  /** Where the client is, whose budget an anonymous viewer spends. The server itself doesn't tell. */
  readonly addressOf?: (context: Context) => string | undefined
}

/** Apollo Server's `GatewayInterface`, spelled out so that nobody who doesn't use it has to install it. */
export type ApolloGateway = {
  readonly load: (options: object) => Promise<{ readonly executor: ApolloExecutor }>
  readonly onSchemaLoadOrUpdate: (callback: (schema: ApolloSchema) => void) => () => void
  readonly stop: () => Promise<void>
}

export type ApolloSchema = { readonly apiSchema: GraphQLSchema; readonly coreSupergraphSdl: string }

export type ApolloExecutor = (requestContext: ApolloRequest) => Promise<ApolloResult>

export type ApolloRequest = {
  readonly source: string
  readonly request: {
    readonly operationName?: string
    readonly variables?: Record<string, unknown>
    readonly http?: { readonly headers: Iterable<[string, string]> }
  }
  readonly context: Record<string, unknown>
}

export type ApolloResult = {
  data?: Record<string, unknown> | null
  errors?: readonly GraphQLError[]
  extensions?: Record<string, unknown>
}

/**
 * @example
 * const server = new ApolloServer({ gateway: apolloGateway({ gateway: await createGateway(options) }) })
 */
export function apolloGateway<Context extends object = Record<string, unknown>>({
  gateway,
  viewerOf,
  headersOf,
  addressOf,
}: ApolloGatewayOptions<Context>): ApolloGateway {
  const subscribed = new Set<() => void>()
  return {
    load: () => Promise.resolve({ executor }),
    onSchemaLoadOrUpdate(callback) {
      const unsubscribe = gateway.onGraph(({ publicSchema, sdl }) =>
        callback({ apiSchema: publicSchema, coreSupergraphSdl: sdl }),
      )
      subscribed.add(unsubscribe)
      return () => {
        subscribed.delete(unsubscribe)
        unsubscribe()
      }
    },
    stop() {
      for (const unsubscribe of subscribed) unsubscribe()
      subscribed.clear()
      return Promise.resolve()
    },
  }

  async function executor({ source, request, context }: ApolloRequest): Promise<ApolloResult> {
    const { operationName, variables, http } = request
    // What it is, is for whoever wrote the server to know.
    const known = context as Context
    return readAnswer(
      await gateway.run({
        source,
        operationName,
        variables,
        headers: headersOf?.(known) ?? Object.fromEntries(http?.headers ?? []),
        viewer: viewerOf?.(known),
        address: addressOf?.(known),
      }),
    )
  }
}

function readAnswer({ data, errors, extensions }: ServerAnswer): ApolloResult {
  return {
    ...(data !== undefined && { data: data as Record<string, unknown> | null }),
    ...(errors && { errors: errors.map((error) => readError(error, data !== undefined)) }),
    ...(extensions && { extensions }),
  }
}

// The server writes them with a method of their own, so they have to be errors; their place in the text is known already.
function readError({ message, path, locations, extensions }: WrittenError, isPartial: boolean): GraphQLError {
  // It reads the status from there, and doesn't show it to the client.
  const http = isPartial ? {} : { http: { status: statusOf(String(extensions.code)) } }
  const error = new GraphQLError(message, { path, extensions: { ...extensions, ...http } })
  return Object.assign(error, locations !== undefined && { locations })
}
