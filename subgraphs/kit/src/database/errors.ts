/** Error codes of the embedded PostgreSQL and of migrations: what can stop a start, and who mends it. */
import { Fault } from '@souk/contracts'

/** Every code: what it means and what the operator does about it. */
export const databaseErrors = {
  DATA_FOLDER_IN_USE: {
    meaning: 'Another running process owns the data folder.',
    remedy: 'Stop that process, or use another data folder.',
  },
  DATA_FOLDER_NOT_WRITABLE: {
    meaning: 'The data folder cannot be created or written.',
    remedy: 'Give the folder to the user that runs Souk, or use another data folder.',
  },
  DATA_FOLDER_DISK_FULL: {
    meaning: 'The disk of the data folder is full.',
    remedy: 'Free some space and start again.',
  },
  DATA_FOLDER_OTHER_VERSION: {
    meaning: 'The data folder was written by another major version of PostgreSQL.',
    remedy: 'Dump and restore it, or use another data folder.',
  },
  DATABASE_UNREACHABLE: {
    meaning: 'The database of DATABASE_URL does not answer, or does not let us in.',
    remedy: 'Start it, or correct the URL; the message has its own words.',
  },
  POSTGRES_NO_PREBUILT: {
    meaning: 'There is no prebuilt PostgreSQL for this platform.',
    remedy: 'Set DATABASE_URL to a PostgreSQL server.',
  },
  POSTGRES_PORT_IN_USE: { meaning: 'The wanted port is taken.', remedy: 'Choose another port, or none.' },
  POSTGRES_START_FAILED: {
    meaning: 'PostgreSQL could not be set up or started.',
    remedy: 'Read its own last lines, which the message quotes.',
  },
  MIGRATION_EDITED: {
    meaning: 'A migration was changed after it had been applied.',
    remedy: 'Restore the file and write a new migration.',
  },
  MIGRATION_FAILED: {
    meaning: 'A migration failed, and was rolled back.',
    remedy: 'Mend the SQL that the message quotes and start again.',
  },
  MIGRATION_UNFINISHED: {
    meaning: 'A migration that was started by the Prisma CLI never finished.',
    remedy: 'Look at what it did, then run `prisma migrate resolve`.',
  },
  MIGRATION_FOLDER_MISSING: {
    meaning: 'The folder of the migrations is not there.',
    remedy:
      'Check the path; the first migration is written by `npm run prisma -- <subgraph> migrate dev --name init`.',
  },
} as const

export type DatabaseErrorCode = keyof typeof databaseErrors

/** Something about the database's files or migrations stops the start. A person has to act, so it is never retried. */
export class DatabaseFault extends Fault {
  constructor(code: DatabaseErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(code, message, { cause: options.cause, retry: false })
  }
}

/** Two servers on one data folder would destroy it; the second start is refused. */
export class DataFolderInUseError extends DatabaseFault {
  constructor(message: string) {
    super('DATA_FOLDER_IN_USE', message)
  }
}

/** One sentence for what the operating system says about a folder or the files below it. */
export function describeFolderFault(error: unknown, folder: string): DatabaseFault | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ENOENT':
      return new DatabaseFault(
        'DATA_FOLDER_NOT_WRITABLE',
        `The data folder ${folder} can't be written (${code}).`,
        { cause: error },
      )
    case 'ENOSPC':
    case 'EDQUOT':
      return new DatabaseFault('DATA_FOLDER_DISK_FULL', `The disk of the data folder ${folder} is full.`, {
        cause: error,
      })
    default:
      return undefined
  }
}
