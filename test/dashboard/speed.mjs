// Measures how fast a running dashboard answers, and prints the table of doc/dashboard.md:
// node test/dashboard/speed.mjs http://localhost:8090. Start the server anew before, because it keeps answers.
const base = process.argv[2] ?? 'http://localhost:8090';
const pages = ['overview', 'team', 'agent', 'customers', 'volume', 'explore'];
const READERS = 20;
const ROUNDS = 5;

/** How many milliseconds an answer takes. */
async function ask(page, parameters = {}) {
  const since = performance.now();
  const answer = await fetch(`${base}/api/page/${page}?${new URLSearchParams(parameters)}`);
  const text = await answer.text();
  const time = performance.now() - since;
  if (answer.status !== 200) throw new Error(`${page}: ${answer.status} ${text}`);
  const failed = Object.values(JSON.parse(text).panels).find((panel) => panel.failed);
  if (failed) throw new Error(`${page}: ${failed.failed}`);
  return time;
}

const { mart, options } = await (await fetch(`${base}/api/page/overview`)).json();
const plusDays = (day, n) => new Date(Date.parse(day) + n * 864e5).toISOString().slice(0, 10);
const middle = (list) => list[Math.floor(list.length / 2)].value;

// periods that nobody has asked for: nothing is kept for them
let asked = 0;
const period = (page) => {
  asked++;
  const days = { overview: 395, explore: 395, agent: 1 }[page] ?? 91;
  const to = plusDays(mart.today, -asked);
  return { from: plusDays(to, -days), to };
};

const share = (times, part) => times.toSorted((a, b) => a - b)[Math.ceil(times.length * part) - 1];
const seconds = (ms) => (ms < 100 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`);
const line = (name, times) =>
  console.log(`| ${name} | ${seconds(share(times, 0.5))} | ${seconds(share(times, 0.95))} |`);

async function cold(name, asks) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++)
    for (const [page, parameters] of asks) times.push(await ask(page, { ...period(page), ...parameters }));
  line(name, times);
}

/** All readers at once; in each round every reader opens another page. */
async function together(name, parametersOf) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const parameters = pages.map(parametersOf);
    times.push(
      ...(await Promise.all(
        Array.from({ length: READERS }, (_, reader) => {
          const n = (reader + round) % pages.length;
          return ask(pages[n], parameters[n]);
        }),
      )),
    );
  }
  line(name, times);
}

console.log('| What | half of the answers within | 95 % within |\n|---|---|---|');
for (const page of pages) await cold(page[0].toUpperCase() + page.slice(1), [[page, {}]]);
const [team, channel, category, tier, agent] = ['team', 'channel', 'category', 'tier', 'agent'].map((name) =>
  middle(options[name]),
);
const filtered = (parameters) => ['overview', 'team', 'volume'].map((page) => [page, parameters]);
await cold('Overview, Team, Volume of a team and a channel', filtered({ team, channel }));
await cold('the same of a category', filtered({ category }));
await cold('of a team, a category and a tier', filtered({ team, category, tier }));
await cold('of an agent', filtered({ agent }));
await cold('of an agent and a channel', filtered({ agent, channel }));
const explore = (parameters) => [['explore', { kpi: 'csat_pct', ...parameters }]];
await cold('Explore by category', explore({ by: 'category' }));
await cold('Explore by agent', explore({ by: 'agent' }));
await cold('Explore by agent, of a team', explore({ by: 'agent', team }));
await together(`${READERS} readers at once, nothing kept`, period);
for (const page of pages) await ask(page);
await together(`${READERS} readers at once, all kept`, () => ({}));
