// A wall screen: each page is one or more screens without scrolling, which turn.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Answer, rowsOf } from './answer';

/** The pages that a wall turns; the others are for people who click. */
export const turned = ['overview', 'team', 'agent', 'volume'];

/** The panels of a screen, and the rows of its list: the first one and how many. */
export interface Screen {
  panels: string[];
  rows?: [number, number];
}

// a wall shows the same at every size: so many pixels of a page are scaled to the window
const wall = { width: 1536, height: 864 };
// what fits below each other there
const fitting = { teams: 10, open: 18, agents: 12 };

const ScreenContext = createContext<Screen | null>(null);
export const ScreenProvider = ScreenContext.Provider;
export const useScreen = (): Screen | null => useContext(ScreenContext);

/** By how much a wall screen is scaled, or null if the window is too small to show a page at once. */
export function scaleOfWall(width: number, height: number): number | null {
  const scale = Math.min(width / wall.width, height / wall.height);
  return scale < 0.75 ? null : scale;
}

/** The screens of a page: of the lists, all teams, and what is most urgent of tickets and agents. */
export function screensOf(answer: Answer): Screen[] {
  switch (answer.page) {
    case 'team': {
      const teams = new Set(rowsOf(answer.panels['teams']).map((r) => r['member'])).size;
      return [
        { panels: ['tiles', 'trend'] },
        ...Array.from({ length: Math.ceil(teams / fitting.teams) }, (_, i): Screen => ({
          panels: ['teams'],
          rows: [i * fitting.teams, fitting.teams],
        })),
      ];
    }
    case 'agent':
      return [
        { panels: ['open'], rows: [0, fitting.open] },
        { panels: ['agents'], rows: [0, fitting.agents] },
        { panels: ['days'] },
      ];
    case 'volume':
      return [
        { panels: ['heatmap', 'staffing'] },
        {
          panels: ['tickets', 'handle_median_seconds', 'abandonment_pct', 'wait_p90_seconds'].map((k) => `trend-${k}`),
        },
      ];
    default:
      return [{ panels: ['tiles', 'trend'] }];
  }
}

/** The rows of a list that the screen shows: all of them, unless it is a wall. */
export function useRows<T>(rows: T[]): T[] {
  const screen = useScreen();
  return screen?.rows ? rows.slice(screen.rows[0], screen.rows[0] + screen.rows[1]) : rows;
}
