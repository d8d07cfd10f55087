/** Opens the subgraph's Prisma client on the chassis' adapter, and names its types. */
import type { PrismaAdapter, TransactionOf } from '@souk/kit'
import { PrismaClient } from './generated/prisma/client.ts'

export type Database = PrismaClient

export type Transaction = TransactionOf<Database>

export const openDatabase = (adapter: PrismaAdapter): Database => new PrismaClient({ adapter })
