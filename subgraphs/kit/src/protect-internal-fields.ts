/** Root fields that begin with `_internal` answer only to a viewer signed as a service. */
import { ClientError, type Viewer } from '@souk/contracts'
import { defaultFieldResolver, type GraphQLSchema } from 'graphql'

export function protectInternalFields(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      if (!field.name.startsWith('_internal')) continue
      const resolve = field.resolve ?? defaultFieldResolver
      field.resolve = (root, args, context: { viewer: Viewer }, info) => {
        if (context.viewer.kind !== 'service') throw new ClientError('FORBIDDEN', `${field.name} is for services of the platform only.`)
        return resolve(root, args, context, info)
      }
    }
  }
}
