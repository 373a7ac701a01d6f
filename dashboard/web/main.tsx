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
import { Share } from './share';
import { ScreenProvider, scaleOfWall, screensOf, turned } from './screen';
import { addressOf, change, go, isSnapshot, numbersOf, pageNames, type Place, requestOf, usePlace } from './state';
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

/** The size of the window. */
function useWindow(): { width: number; height: number } {
  const size = (): { width: number; height: number } => ({ width: innerWidth, height: innerHeight });
  const [now, set] = useState(size);
  useEffect(() => {
    const measure = (): void => set(size());
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  }, []);
  return now;
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
    <button type="button" class="button tool" onClick={() => set(next)}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {next === 'dark' ? (
          <path d="M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3Z" />
        ) : (
          <path d="M8 5a3 3 0 1 0 0 6a3 3 0 1 0 0-6M8 1v1M8 14v1M1 8h1M14 8h1M3 3l.8.8M12.2 12.2l.8.8M3 13l.8-.8M12.2 3.8l.8-.8" />
        )}
      </svg>
      <span class="tool-word">{next === 'dark' ? 'Dark' : 'Light'}</span>
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

const asOf = ({ mart }: Answer, reader: string): JSX.Element => (
  <p class="note">
    As of {instant(mart.as_of, mart.time_zone)}, {mart.time_zone}
    {reader}
  </p>
);

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
  const current = answer && answer.page === place.page ? answer : null;
  const { width, height } = useWindow();
  const scale = kiosk && turned.includes(place.page) ? scaleOfWall(width, height) : null;
  const screens = scale !== null && current ? screensOf(current) : null;
  const number = Math.min(Math.max(1, Math.floor(Number(place.parameters['screen'])) || 1), screens?.length ?? 1);
  const screen = screens?.[number - 1] ?? null;
  // a wall turns its screens and pages, and reads the numbers anew
  useEffect(() => {
    if (!(kiosk >= 5)) return undefined;
    const timer = setTimeout(() => {
      if (screens && number < screens.length) {
        change({ screen: String(number + 1) }, true);
        return;
      }
      const pages = pageNames.map(([page]) => page).filter((page) => turned.includes(page));
      const next = pages[(pages.indexOf(place.page) + 1) % pages.length]!;
      go({ page: next, parameters: { ...place.parameters, screen: '' } }, true);
    }, kiosk * 1000);
    return () => clearTimeout(timer);
  }, [kiosk, place.page, number, screens?.length]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !isSnapshot) setAgain((n) => n + 1);
    }, 60_000);
    return () => clearInterval(timer);
  }, []);

  const View = views[place.page];
  return (
    <div
      class={`app ${kiosk ? 'kiosk' : ''} ${scale === null ? '' : 'wall'}`}
      style={scale === null ? undefined : { zoom: scale, height: `${height / scale}px` }}
    >
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
        {scale !== null && current
          ? asOf(current, '')
          : !kiosk && (
              <span class="tools">
                <Share />
                <Theme />
              </span>
            )}
      </header>
      <main id="main" ref={main} tabIndex={-1} aria-busy={busy}>
        <div class="title-row">
          <h1>{title}</h1>
          {scale === null && current && asOf(current, kiosk ? '' : ` · ${current.mart.reader}`)}
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
              <ScreenProvider value={screen}>
                <View answer={current} place={place} />
              </ScreenProvider>
            </div>
            {place.parameters['open'] && <Tickets open={place.parameters['open']} />}
          </AnswerContext.Provider>
        )}
      </main>
    </div>
  );
}

render(<App />, document.getElementById('app')!);
