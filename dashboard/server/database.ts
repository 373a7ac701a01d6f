// Connections, and the transaction in which all panels of a page are read.
import pg from 'pg';
import { queryText } from './queries';

// bigint as a number (exact to 9e15), dates as they are written, instants in ISO 8601
pg.types.setTypeParser(20, (text) => Number(text));
pg.types.setTypeParser(1082, (text) => text);
pg.types.setTypeParser(1184, (text) => `${text.replace(' ', 'T').replace(/\+00$/, '')}Z`);

export type Value = string | number | boolean | null | string[];
export type Row = Record<string, Value | object>;

export interface Mart {
  uri: string | undefined;
  schema: string;
  timeout: number;
  connections: number;
}

export class Gone extends Error {}

export interface Reading {
  /** Runs a query of queries/ with its parameters. */
  read(name: string, values: Value[]): Promise<Row[]>;
  /** As read, but an error of this query alone is the answer. */
  attempt(name: string, values: Value[]): Promise<Row[] | pg.DatabaseError>;
  /** Lets the next queries take n times as long as others. */
  wait(n: number): Promise<void>;
}

export class Database {
  private readonly pool: pg.Pool;
  // of its own: the others may all be busy with what has to be cancelled
  private readonly canceller: pg.Pool;

  constructor(
    readonly mart: Mart,
    onError: (error: Error) => void,
  ) {
    const pool = (max: number): pg.Pool =>
      new pg.Pool({
        ...(mart.uri ? { connectionString: mart.uri } : {}),
        max,
        connectionTimeoutMillis: 5000,
        idleTimeoutMillis: 30_000,
        application_name: 'kpi dashboard',
      }).on('error', onError);
    this.pool = pool(mart.connections);
    this.canceller = pool(1);
  }

  /** Runs work in one read-only transaction, as the role, which sees one state of the mart. */
  async reading<T>(role: string, gone: AbortSignal, work: (reading: Reading) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let failed: Error | undefined;
    const query = async (name: string, values: Value[]): Promise<Row[]> => {
      if (gone.aborted) throw new Gone('the reader has gone away');
      // values, even if there are none: a query with parameters is a single statement
      return (await client.query<Row>({ name, text: queryText(name), values })).rows;
    };
    const cancel = (): void => void this.cancel((client as unknown as { processID: number }).processID);
    gone.addEventListener('abort', cancel);
    try {
      await client.query({ text: 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY', values: [] });
      await query('session', [role, this.mart.schema, String(this.mart.timeout)]);
      const answer = await work({
        read: query,
        wait: async (n) => {
          await query('patience', [String(this.mart.timeout * n)]);
        },
        attempt: async (name, values) => {
          await client.query({ text: 'SAVEPOINT panel', values: [] });
          try {
            return await query(name, values);
          } catch (error) {
            if (!(error instanceof pg.DatabaseError) || gone.aborted) throw error;
            await client.query({ text: 'ROLLBACK TO SAVEPOINT panel', values: [] });
            return error;
          }
        },
      });
      await client.query({ text: 'COMMIT', values: [] });
      return answer;
    } catch (error) {
      failed = error as Error;
      await client.query({ text: 'ROLLBACK', values: [] }).catch(() => undefined);
      throw error;
    } finally {
      gone.removeEventListener('abort', cancel);
      // a connection whose transaction failed outside of the database is not used again
      client.release(failed !== undefined && !(failed instanceof pg.DatabaseError));
    }
  }

  private async cancel(process: number): Promise<void> {
    try {
      await this.canceller.query({ text: queryText('cancel'), values: [process] });
    } catch {
      // the query ends by its timeout
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.canceller.end()]);
  }
}
