/** The Prisma client of this subgraph, over an adapter that the chassis opens. */
import type { PrismaAdapter, SqlExecutor } from '@souk/kit'
import { PrismaClient } from './generated/prisma/client.ts'

export const openDatabase = (adapter: PrismaAdapter): PrismaClient => new PrismaClient({ adapter })

export type Database = ReturnType<typeof openDatabase>
export type Transaction = SqlExecutor
