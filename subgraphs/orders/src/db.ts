/** The database of the orders subgraph. */
import type { PrismaAdapter } from '@souk/kit'
import { PrismaClient } from './generated/prisma/client.ts'

export const openDatabase = (adapter: PrismaAdapter) => new PrismaClient({ adapter })

export type Database = ReturnType<typeof openDatabase>
