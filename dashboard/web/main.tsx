// The frame of the pages: navigation, filters, the page, and what is open above it.
import '@fontsource-variable/inter/wght.css';
import './style.css';
import { render, type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, get } from './answer';
import { Filters } from './filters';
import { instant } from './format';
import { AnswerContext } from './parts';
import { AgentPage } from './pages/agent';
import { Customers } from './pages/customers';
import { Explore } from './pages/explore';
import { Overview } from './pages/overview';
import { Team } from './pages/team';
import { Volume } from './pages/volume';
import { addressOf, go, isSnapshot, numbersOf, pageNames, type Place, requestOf, usePlace } from './state';
import { Tickets } from './tickets';

const views: Record<string, (p: { answer: Answer; place: Place }) => JSX.Element> = {
  overview: Overview,
  team: Team,
  agent: AgentPage,
  customers: Customers,
  volume: Volume,
  explore: Explore,
};

// filters go with the reader from page to page
const carried = ['team', 'channel', 'category', 'tier', 'agent', 'kiosk'];

function Navigation({ place }: { place: Place }): JSX.Element {
  return (
    <nav aria-label="Pages">
      {pageNames.map(([page, name]) => {
        const target = {
          page,
          parameters: Object.fromEntries(
            carried.flatMap((k) => (place.parameters[k] ? [[k, place.parameters[k]!]] : [])),
          ),
        };
        return (
          <a
            key={page}
            href={addressOf(target)}
            aria-current={page === place.page ? 'page' : undefined}
            onClick={(e) => {
              if (!e.ctrlKey && !e.metaKey && !e.shiftKey && e.button === 0) {
                e.preventDefault();
                go(target);
              }
            }}
          >
            {name}
          </a>
        );
      })}
    </nav>
  );
}

function Theme(): JSX.Element {
  const [theme, set] = useState(() => localStorage.getItem('theme') ?? '');
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem('theme', theme);
  }, [theme]);
  const next =
    theme === ''
      ? matchMedia('(prefers-color-scheme: dark)').matches
        ? 'light'
        : 'dark'
      : theme === 'dark'
        ? 'light'
        : 'dark';
  return (
    <button type="button" class="button" onClick={() => set(next)}>
      {next === 'dark' ? 'Dark' : 'Light'}
    </button>
  );
}

/** The answer for an address; while the next one is read, the last one stays. */
function useAnswerOf(place: Place, again: number): { answer: Answer | null; problem: string; busy: boolean } {
  const asked = requestOf(place);
  const [state, set] = useState<{ answer: Answer | null; problem: string; asked: string }>({
    answer: null,
    problem: '',
    asked: '',
  });
  useEffect(() => {
    const stop = new AbortController();
    numbersOf(place)
      .then((address) => get<Answer>(address, stop.signal))
      .then(
        (answer) => set({ answer, problem: '', asked }),
        (e: Error) => {
          if (!stop.signal.aborted) set((s) => ({ ...s, problem: e.message, asked }));
        },
      );
    return () => stop.abort();
  }, [asked, again]);
  // not while the same numbers are read anew
  return { ...state, busy: state.asked !== asked };
}

function App(): JSX.Element {
  const place = usePlace();
  const [again, setAgain] = useState(0);
  const { answer, problem, busy } = useAnswerOf(place, again);
  const main = useRef<HTMLElement>(null);
  const kiosk = Number(place.parameters['kiosk'] ?? 0);
  const title = pageNames.find(([page]) => page === place.page)?.[1] ?? 'Customer care';

  useEffect(() => {
    document.title = `${title} · Customer care`;
  }, [title]);
  // a wall screen turns its pages, and reads the numbers anew
  useEffect(() => {
    if (!(kiosk >= 5)) return undefined;
    const timer = setTimeout(() => {
      const pages = pageNames.map(([page]) => page).filter((page) => page !== 'explore' && page !== 'customers');
      go({ page: pages[(pages.indexOf(place.page) + 1) % pages.length]!, parameters: place.parameters }, true);
    }, kiosk * 1000);
    return () => clearTimeout(timer);
  }, [kiosk, place.page]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !isSnapshot) setAgain((n) => n + 1);
    }, 60_000);
    return () => clearInterval(timer);
  }, []);

  const current = answer && answer.page === place.page ? answer : null;
  const View = views[place.page];
  return (
    <div class={kiosk ? 'app kiosk' : 'app'}>
      <a
        class="skip"
        href="#main"
        onClick={(e) => {
          e.preventDefault();
          main.current?.focus();
        }}
      >
        To the numbers
      </a>
      <header class="top">
        <span class="brand">Customer care</span>
        <Navigation place={place} />
        <span class="tools">
          <Theme />
        </span>
      </header>
      <main id="main" ref={main} tabIndex={-1} aria-busy={busy}>
        <div class="title-row">
          <h1>{title}</h1>
          {current && (
            <p class="note">
              As of {instant(current.mart.as_of, current.mart.time_zone)}, {current.mart.time_zone}
              {kiosk ? '' : ` · ${current.mart.reader}`}
            </p>
          )}
        </div>
        {problem && (
          <p class="empty failed" role="alert">
            {problem}{' '}
            {Object.keys(place.parameters).length > 0 && (
              <button type="button" class="link" onClick={() => go({ page: place.page, parameters: {} })}>
                Show the page without filters
              </button>
            )}
          </p>
        )}
        {!View && (
          <p class="empty">
            There is no such page.{' '}
            <button type="button" class="link" onClick={() => go({ page: 'overview', parameters: {} })}>
              Overview
            </button>
          </p>
        )}
        {!current && !problem && View && <p class="empty">Reading the numbers …</p>}
        {current && View && (
          <AnswerContext.Provider value={current}>
            {!kiosk && <Filters place={place} />}
            <div class={busy ? 'page busy' : 'page'} data-page={place.page}>
              <View answer={current} place={place} />
            </div>
            {place.parameters['open'] && <Tickets open={place.parameters['open']} />}
          </AnswerContext.Provider>
        )}
      </main>
    </div>
  );
}

render(<App />, document.getElementById('app')!);
