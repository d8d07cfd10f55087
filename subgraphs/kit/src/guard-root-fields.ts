/** What holds for every root field: internal ones are for services, and a mutation is answered with what is there after it. */
import { ClientError, type Viewer } from '@souk/contracts'
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql'
import type { RequestLoaders } from './subgraph-context.ts'

type GuardedContext = { readonly viewer: Viewer; readonly loaders: RequestLoaders }

export function guardRootFields(schema: GraphQLSchema): void {
  const queries = Object.values(schema.getQueryType()?.getFields() ?? {})
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})
  const subscriptions = Object.values(schema.getSubscriptionType()?.getFields() ?? {})
  for (const field of [...queries, ...mutations]) {
    if (field.name.startsWith('_internal')) field.resolve = forServices(field, field.resolve)
  }
  for (const field of subscriptions) {
    if (field.name.startsWith('_internal')) field.subscribe = forServices(field, field.subscribe)
  }
  for (const field of mutations) answerWithFreshData(field)
}

/** Root fields that begin with `_internal` answer only to a viewer signed as a service. */
function forServices(
  { name }: GraphQLField<unknown, GuardedContext>,
  resolve: GraphQLFieldResolver<unknown, GuardedContext> = defaultFieldResolver,
): GraphQLFieldResolver<unknown, GuardedContext> {
  return (...call) => {
    const [, , context] = call
    if (context.viewer.kind !== 'service') {
      throw new ClientError('FORBIDDEN', `${name} is for services of the platform only.`)
    }
    return resolve(...call)
  }
}

// Mutations of one request run one after the other over the same loaders: what one loaded, the next may have changed, and
// what a command read before it wrote must not be in its answer.
function answerWithFreshData(field: GraphQLField<unknown, GuardedContext>): void {
  const resolve = field.resolve ?? defaultFieldResolver
  field.resolve = async (...call) => {
    const [, , context] = call
    context.loaders.clear()
    const answer: unknown = await resolve(...call)
    context.loaders.clear()
    return answer
  }
}
