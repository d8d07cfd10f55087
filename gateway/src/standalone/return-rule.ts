/** The shape of a rule in a settings file that passes a header of subgraphs' answers on to the client. */
import { z } from 'zod'

// A connection's own business, what the gateway says of its answers, and what a browser lets other origins do because of.
const keptHeaders =
  /^(access-control-.*|cache-control|connection|content-.*|date|keep-alive|proxy-.*|ratelimit.*|retry-after|strict-transport-security|te|trailer|transfer-encoding|upgrade|vary|www-authenticate|x-request-id)$/i

const returnedName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is not the name of a header')
  .refine((name) => !keptHeaders.test(name), 'names a header that the gateway writes itself')

const isCookie = (name: string | undefined): boolean => name?.toLowerCase() === 'set-cookie'

export const returnRule = z
  .strictObject({
    return: returnedName,
    as: returnedName.optional(),
    from: z.array(z.string()).nonempty().optional(),
    merge: z.enum(['first', 'last', 'append']).optional(),
  })
  .refine((rule) => rule.as === undefined || isCookie(rule.as) === isCookie(rule.return), {
    path: ['as'],
    message: 'has to stay set-cookie, and nothing else may become it',
  })
  .refine((rule) => !isCookie(rule.return) || rule.from !== undefined, {
    path: ['from'],
    message: 'has to name the subgraphs whose cookies a client is to have',
  })
  .refine((rule) => !isCookie(rule.return) || rule.merge !== 'append', {
    path: ['merge'],
    message: 'has to be "first" or "last": cookies can not be joined',
  })
