// Writes a snapshot: the files of the browser, and the answers of the pages for closed weeks and months, one filter
// at a time.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { PageAnswer } from './pages';
import { filters, firstOfWeek, plusDays, plusMonths } from './parameters';

// pages without agents and customers, and those that are written with each value of each filter
const open = ['overview', 'team', 'volume', 'explore'];
const filtered = ['overview', 'team', 'volume'];

export async function exportTo(
  app: FastifyInstance,
  web: string,
  directory: string,
  withTickets: boolean,
): Promise<number> {
  if (existsSync(directory) && readdirSync(directory).length > 0 && !existsSync(`${directory}/data/index.json`)) {
    throw new Error(`${directory} is not empty, and is no snapshot`);
  }
  rmSync(directory, { recursive: true, force: true });
  cpSync(web, directory, { recursive: true });
  mkdirSync(`${directory}/data`);

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
      answer.ways = answer.ways.filter((by) => by !== 'agent');
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
    `<meta name="snapshot" content="data/index.json" data-pages="${pages.join(' ')}">\n<meta name="robots"`,
  );
  writeFileSync(`${directory}/index.html`, html);
  // compressed copies of the page without the mark
  for (const end of ['gz', 'br']) rmSync(`${directory}/index.html.${end}`, { force: true });
  return Object.keys(files).length;
}
