// Writes a snapshot: the files of the browser, and the answers of the pages for closed weeks and months, one filter
// at a time.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { PageAnswer } from './pages';
import { filters, firstOfWeek, plusDays, plusMonths } from './parameters';

// pages without agents and customers, and those that are written with each value of each filter
const open = ['overview', 'team', 'volume', 'explore'];
const filtered = ['overview', 'team', 'volume'];
// dimensions whose values are single agents and customers
const single = ['agent', 'agent_name', 'account_id', 'customer_id'];

const mark = '<meta name="snapshot"';
const unfinished = '.unfinished';

/** Writes a snapshot into a directory. One that was there stays until the new one is complete. */
export async function exportTo(
  app: FastifyInstance,
  web: string,
  target: string,
  withTickets: boolean,
): Promise<number> {
  mkdirSync(target, { recursive: true });
  const directory = `${target}/${unfinished}`;
  const others = readdirSync(target).filter((name) => name !== unfinished);
  // a folder with an index.html of its own must not be emptied
  const isSnapshot = existsSync(`${target}/index.html`) && readFileSync(`${target}/index.html`, 'utf8').includes(mark);
  if (others.length > 0 && !isSnapshot) throw new Error(`${target} is not empty, and is no snapshot`);
  rmSync(directory, { recursive: true, force: true });
  try {
    cpSync(web, directory, { recursive: true });
    mkdirSync(`${directory}/data`);
    const answers = await writeAnswers(app, directory, withTickets);
    for (const name of others) rmSync(`${target}/${name}`, { recursive: true });
    for (const name of readdirSync(directory)) renameSync(`${directory}/${name}`, `${target}/${name}`);
    return answers;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function writeAnswers(app: FastifyInstance, directory: string, withTickets: boolean): Promise<number> {
  const files: Record<string, string> = {};
  const read = async (page: string, parameters: Record<string, string>): Promise<PageAnswer> => {
    const response = await app.inject({
      url: `/api/page/${page}?${new URLSearchParams(parameters)}`,
      headers: { host: 'localhost' },
    });
    if (response.statusCode !== 200) throw new Error(`${page}: ${(response.json() as { error: string }).error}`);
    return response.json();
  };
  const write = async (
    page: string,
    period: Record<string, string>,
    chosen: Record<string, string>,
  ): Promise<PageAnswer> => {
    const answer = await read(page, { ...period, ...chosen });
    if (!withTickets) {
      delete answer.options['agent'];
      answer.ways = answer.ways.filter((by) => !single.includes(by));
    }
    const name = `${Object.keys(files).length}.json`;
    // numbers do not open tickets, and the login is nobody's business
    writeFileSync(
      `${directory}/data/${name}`,
      JSON.stringify({ ...answer, mart: { ...answer.mart, reader: 'snapshot' }, may: { tickets: false } }),
    );
    files[new URLSearchParams({ page, ...chosen }).toString()] = name;
    return answer;
  };

  const { mart } = await read('overview', {});
  const month = plusMonths(mart.today, 0);
  const week = firstOfWeek(mart.today, mart.week_start);
  const months = { from: plusMonths(month, -13), to: plusDays(month, -1) };
  const weeks = { from: plusDays(week, -91), to: plusDays(week, -1) };
  const pages = withTickets ? [...open, 'agent', 'customers'] : open;
  for (const page of pages) {
    const period = page === 'overview' || page === 'explore' ? months : weeks;
    const { options, kpis, ways } = await write(page, period, {});
    for (const filter of filtered.includes(page) ? filters : []) {
      for (const { value } of options[filter] ?? []) await write(page, period, { [filter]: value });
    }
    if (page !== 'explore') continue;
    for (const kpi of [...kpis.tickets, ...kpis.months, ...kpis.own]) {
      for (const by of ways) await write(page, period, { by, kpi });
    }
  }
  writeFileSync(`${directory}/data/index.json`, JSON.stringify(files));
  const html = readFileSync(`${directory}/index.html`, 'utf8').replace(
    '<meta name="robots"',
    `${mark} content="data/index.json" data-pages="${pages.join(' ')}">\n<meta name="robots"`,
  );
  writeFileSync(`${directory}/index.html`, html);
  // compressed copies of the page without the mark
  for (const end of ['gz', 'br']) rmSync(`${directory}/index.html.${end}`, { force: true });
  return Object.keys(files).length;
}
