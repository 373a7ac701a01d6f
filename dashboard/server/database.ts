// Connections, and the transaction in which all panels of a page are read.
import type { ConnectionOptions } from 'node:tls';
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
  ssl: ConnectionOptions | false;
  schema: string;
  timeout: number;
  connections: number;
}

export class Gone extends Error {}
/** The mart was made again while a transaction read it. */
export class Replaced extends Error {}

/** Whether the database is not there, or does not let the login in. */
export const isUnreachable = (error: Error & { code?: string }): boolean =>
  error instanceof pg.DatabaseError
    ? /^(28|3D000|53|57P)/.test(error.code ?? '')
    : /^E(CONN|NOENT|NOTFOUND|AI_|TIMEDOUT|HOSTUNREACH|NETUNREACH|PIPE|ACCES)|CERT|^UNABLE_TO_/.test(error.code ?? '') ||
      /^Connection terminated|^timeout expired|not queryable|SSL connection|client password/.test(error.message);

/** What an error says. An error of several addresses of one host says nothing itself. */
export function reason(error: Error): string {
  if (/client password must be a string/.test(error.message))
    return 'the database asks for a password: put it into ~/.pgpass, which only you may read';
  if (error.message === '' && error instanceof AggregateError)
    return error.errors.map((e: Error) => e.message).join(', ');
  return error.message;
}

export interface Reading {
  /** Runs a query of queries/ with its parameters. */
  read(name: string, values: Value[]): Promise<Row[]>;
  /** As read, but an error of this query alone is the answer. */
  attempt(name: string, values: Value[]): Promise<Row[] | pg.DatabaseError>;
  /** Lets the next queries take n times as long as others. */
  wait(n: number): Promise<void>;
  /** Whether a query failed: another attempt may succeed. */
  readonly hasFailed: boolean;
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
        // what the address says about TLS has precedence
        ssl: mart.ssl,
        ...(mart.uri ? { connectionString: mart.uri } : {}),
        max,
        connectionTimeoutMillis: 5000,
        idleTimeoutMillis: 30_000,
        keepAlive: true,
        application_name: 'kpi dashboard',
      }).on('error', onError);
    this.pool = pool(mart.connections);
    this.canceller = pool(1);
  }

  /**
   * Runs work in one read-only transaction, as the role, which sees one state of the mart; again if the mart was made
   * anew in the meantime.
   */
  async reading<T>(role: string, gone: AbortSignal, work: (reading: Reading) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.transaction(role, gone, work);
      } catch (error) {
        if (!(error instanceof Replaced) || attempt === 3) throw error;
      }
    }
  }

  private async transaction<T>(role: string, gone: AbortSignal, work: (reading: Reading) => Promise<T>): Promise<T> {
    const { schema, timeout } = this.mart;
    const client = await this.pool.connect();
    let extension = '';
    let isBroken = false;
    let cancelled: Promise<void> | undefined;
    const statement = (text: string): Promise<unknown> => client.query({ text, values: [] });
    const query = async (name: string, values: Value[]): Promise<Row[]> => {
      if (gone.aborted) throw new Gone('the reader has gone away');
      // values, even if there are none: a query with parameters is a single statement
      const text = queryText(name).replaceAll('@extschema@', () => extension);
      return (await client.query<Row>({ name, text, values })).rows;
    };
    const cancel = (): void => {
      cancelled = this.cancel((client as unknown as { processID: number }).processID);
    };
    gone.addEventListener('abort', cancel);
    const reading = {
      hasFailed: false,
      read: query,
      wait: async (n: number) => {
        await query('patience', [String(timeout * n)]);
      },
      attempt: async (name: string, values: Value[]) => {
        await statement('SAVEPOINT panel');
        try {
          return await query(name, values);
        } catch (error) {
          if (!(error instanceof pg.DatabaseError) || gone.aborted) throw error;
          reading.hasFailed = true;
          await statement('ROLLBACK TO SAVEPOINT panel');
          return error;
        }
      },
    };
    try {
      await statement('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const [session] = await query('session', [role, schema, String(timeout)]);
      if (!session) throw new Error('the database has no extension kpi');
      extension = pg.escapeIdentifier(session['extension'] as string);
      const answer = await work(reading);
      if (!(await query('unchanged', [schema]))[0]!['unchanged']) throw new Replaced('the mart was made again');
      await statement('COMMIT');
      return answer;
    } catch (error) {
      // a connection that cannot end its transaction is not used again
      await statement('ROLLBACK').catch(() => {
        isBroken = true;
      });
      throw error;
    } finally {
      gone.removeEventListener('abort', cancel);
      // otherwise it could stop the query of the next reader
      await cancelled;
      client.release(isBroken);
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
