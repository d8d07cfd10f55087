/** The service-providers subgraph's database: its Prisma client on the chassis' adapter. */
import type { PrismaAdapter } from '@souk/kit'
import { PrismaClient } from './generated/prisma/client.ts'

export type Database = PrismaClient

export const openDatabase = (adapter: PrismaAdapter): Database => new PrismaClient({ adapter })
