/** The little of a Prisma client that the chassis needs: raw statements and transactions. */

export interface SqlExecutor {
  $queryRawUnsafe<Rows = unknown>(sql: string, ...values: unknown[]): Promise<Rows>
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>
}

/** What a subgraph's Prisma client is to the chassis. */
export interface SubgraphDatabase extends SqlExecutor {
  $transaction<T>(
    work: (transaction: SqlExecutor) => Promise<T>,
    options?: { maxWait?: number; timeout?: number },
  ): Promise<T>
  $disconnect(): Promise<void>
}

// A transaction holds row locks and a pooled connection, and never waits for anything but the database.
const transactionLimits = { maxWait: 10_000, timeout: 10_000 }

/** The transaction client of a database: the client without the methods that make no sense inside. */
export type TransactionOf<Database> = Database extends {
  $transaction<T>(work: (transaction: infer Transaction) => Promise<T>, options?: never): Promise<T>
}
  ? Transaction & SqlExecutor
  : SqlExecutor

export function transact<T>(
  database: SubgraphDatabase,
  work: (transaction: SqlExecutor) => Promise<T>,
): Promise<T> {
  return database.$transaction(work, transactionLimits)
}
