/** What a gateway says to an operation. */
import type { Operation } from './one-server.ts'

export type GatewayAnswer = {
  readonly data?: unknown
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[]
    readonly extensions?: Readonly<Record<string, unknown>>
  }[]
  /** The plan's optimisations were dropped, since it could not be proved with them. */
  readonly isUnoptimised: boolean
}

export type Ask = (operation: Operation) => Promise<Omit<GatewayAnswer, 'isUnoptimised'>>
