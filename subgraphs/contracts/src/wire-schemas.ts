/** zod schemas of values as they travel between subgraphs, shared by events and internal operations. */
import { z } from 'zod'
import { currencySchema } from './money.ts'

/** An id in a message from another subgraph: trusted to be an id, not to be any particular kind of one. */
export const idSchemaLoose = z.string().min(1)

/** Money as a JSON integer of minor units and a currency. Turn it into `Money` with `moneyFromWire`. */
export const moneyWireSchema = z.object({ amount: z.int(), currency: currencySchema })
