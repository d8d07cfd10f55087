/** Every limit of the database parts of the kit. */

const second = 1000

export const databaseLimits = {
  /** Of the embedded server: five pools of the embedded deployment, jobs, and some for a person with psql. */
  connectionsMax: 200,
  /** Recovery after a crash replays the log first, which may take a while on a slow disk. */
  postgresStartMs: 60 * second,
  /** A fast shutdown writes a checkpoint. After this the server is told to quit and recovers at the next start. */
  postgresStopMs: 20 * second,
  /** After a quit that was not obeyed either, the process is killed. */
  postgresQuitMs: 5 * second,
  /** How often a start on a port that somebody else was quicker to take is tried again. */
  postgresPortTriesMax: 3,
  /** A killed process's initdb may still be writing to what we delete. */
  draftRemovalTriesMax: 8,
  draftRemovalPauseMs: 50,
  /** The last lines of the server's log that an error may quote. */
  postgresLogTailLength: 8192,
  /** How long one process waits for another one that is migrating the same schema. */
  migrationLockMs: 120 * second,
  /** How soon a migration notices that the process which runs it is gone. */
  connectionCheckMs: second,
  connectMs: 5 * second,
  /** Longer than any request's deadline; a statement that runs longer is a bug, and holds locks while it does. */
  statementMs: 30 * second,
  /** A transaction that nobody continues keeps its locks; the server ends it. */
  idleInTransactionMs: 15 * second,
  idleConnectionMs: 60 * second,
  /** Distinct statements kept prepared on each connection; later ones run unprepared rather than grow the server's memory. */
  preparedStatementsMax: 500,
} as const
