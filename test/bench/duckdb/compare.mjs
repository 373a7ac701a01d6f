// node compare.mjs DIRECTORY: loads the tables that test/bench/run wrote into DIRECTORY into DuckDB, runs each pair of
// queries in turn in PostgreSQL and in DuckDB, and stores the ratios in kpi_bench.result. libpq's variables name the server.
import { statSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import pg from 'pg';
import { pairs } from './pairs.mjs';

// what doc/tallies.md promises
const ERROR_OF_TALLIES = 1 / 256;
const ERROR_OF_ROUNDING = 1e-9;
// intervals are rounded to it
const MICROSECOND = 1e-6;

const directory = process.argv[2];
const file = `${directory}/stored.duckdb`;

pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
const server = new pg.Client();
await server.connect();
const rowsOf = async (query, values = []) => (await server.query({ text: query, values, rowMode: 'array' })).rows;
const valueOf = async (query) => (await rowsOf(query))[0][0];
const rowsInDuckdb = async (query) => (await connection.runAndReadAll(query)).getRowsJson();

// The tables are in a file; those of the catalogue "memory" are not.
const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
await connection.run(`ATTACH '${file}' AS stored`);
await connection.run('USE stored');

// kpi_bench.clock() counts processor time. Where it cannot, it returns the time of day, which is greater.
const onlyElapsed = (await valueOf('SELECT kpi_bench.clock()')) > 1e9;

/** Runs a query in DuckDB, and returns the seconds that it took. */
async function secondsInDuckdb(query) {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await connection.run(query);
  const { user, system } = process.cpuUsage(before);
  return onlyElapsed ? (performance.now() - began) / 1e3 : (user + system) / 1e6;
}

const secondsInPostgres = (query) => valueOf(`SELECT kpi_bench.seconds_of(${pg.escapeLiteral(query)}, false)`);

const store = (measurement, a, b, note = '') =>
  server.query('CALL kpi_bench.store_ratio($1, $2, $3, $4)', [measurement, a, b, note]);

/** Loads a table from its file, with the same types but those that pairs.mjs explains. */
async function load({ relation, seconds, bytes }) {
  const columns = await rowsOf(
    `SELECT attname, format_type(atttypid, NULL)
     FROM pg_attribute
     WHERE attrelid = '${relation}'::regclass AND attnum > 0
     ORDER BY attnum`,
  );
  const types = columns.map(([name, type]) => `'${name}': '${type.replace(' with time zone', '')}'`);
  const read = columns.map(([name, type]) => (type === 'interval' ? `(1e6 * epoch(${name}))::bigint AS ${name}` : name));
  const before = statSync(file).size;
  const created = await secondsInDuckdb(
    `CREATE TABLE ${relation} AS
     SELECT ${read} FROM read_csv('${directory}/${relation}.csv', header = true, columns = {${types}})`,
  );
  const written = await secondsInDuckdb('CHECKPOINT stored');
  if (relation === 'open_spans') return; // a few kilobytes
  await store(`load of ${relation}`, [seconds], [created + written]);
  await server.query(
    `INSERT INTO kpi_bench.result (section, measurement, middle, unit, note)
     SELECT 'time', 'size of ' || $1, $2::bigint / $3::float8, 'x', pg_size_pretty($2) || ' / ' || pg_size_pretty($3::bigint)`,
    [relation, bytes, statSync(file).size - before],
  );
}

/** The greatest difference of the answers from the exact ones, as a part of these. */
function errorOf(answers, exact) {
  const errors = exact.flatMap((row, n) =>
    row.map((value, column) => {
      const answer = answers[n]?.[column];
      const difference = answer === value ? 0 : Math.abs(answer - value);
      return difference < MICROSECOND ? 0 : difference / Math.max(1, Math.abs(value));
    }),
  );
  return answers.length === exact.length ? Math.max(...errors) : NaN;
}

// many rows would take too long
const rounds = await valueOf(
  `SELECT least(current_setting('kpi_bench.rounds')::integer,
                CASE WHEN current_setting('kpi_bench.rows')::bigint >= 10000000 THEN 3 END)`,
);

/** Runs both queries in turn. Their first runs are not counted: they compare the answers. */
async function compare({ measurement, postgresql, duckdb, exact }) {
  const answers = await rowsOf(postgresql);
  const others = await rowsInDuckdb(duckdb);
  const right = exact ? await rowsInDuckdb(exact) : others;
  const error = errorOf(answers, right);
  if (!(error <= (exact ? ERROR_OF_TALLIES : ERROR_OF_ROUNDING)))
    throw new Error(`${measurement}: answers differ by ${error}: ${answers[0]} and ${right[0]}`);
  const a = [];
  const b = [];
  for (let round = 0; round < rounds; round++) {
    a.push(await secondsInPostgres(postgresql));
    b.push(await secondsInDuckdb(duckdb));
  }
  const percent = (part) => `${(100 * part).toFixed(2)} %`;
  await store(measurement, a, b, exact ? `, errors ${percent(error)} and ${percent(errorOf(others, right))}` : '');
}

for (const table of (await server.query('SELECT relation, seconds, bytes FROM kpi_bench.loading')).rows) await load(table);
for (const relation of ['surveys', 'times']) await connection.run(`CREATE TABLE memory.${relation} AS FROM ${relation}`);
for (const pair of pairs) await compare(pair);
await server.end();
