// What is shown, as the address has it: a page, its filters, and what is open. The address is the only state.
import { useEffect, useState } from 'preact/hooks';

const allPages: [string, string][] = [
  ['overview', 'Overview'],
  ['team', 'Team'],
  ['agent', 'Agent'],
  ['customers', 'Customers'],
  ['volume', 'Volume'],
  ['explore', 'Explore'],
];
// sent to the server; the others only choose what is shown of the answer
export const sent = ['period', 'from', 'to', 'team', 'channel', 'category', 'tier', 'agent', 'kpi', 'by'];

export interface Place {
  page: string;
  parameters: Record<string, string>;
}

// A snapshot has the answers as files, and one document for all pages.
const snapshot = document.querySelector<HTMLMetaElement>('meta[name=snapshot]');
const index = snapshot?.content;
export const isSnapshot = index !== undefined;

export const pageNames = allPages.filter(([page]) => !snapshot || snapshot.dataset['pages']!.split(' ').includes(page));

export function placeOf(url: URL): Place {
  if (isSnapshot) {
    const { page = 'overview', ...parameters } = Object.fromEntries(url.searchParams);
    return { page, parameters };
  }
  const page = url.pathname.replace(/^\/|\/$/g, '') || 'overview';
  return { page, parameters: Object.fromEntries(url.searchParams) };
}

export function addressOf(place: Place): string {
  const all = isSnapshot ? { page: place.page, ...place.parameters } : place.parameters;
  const search = new URLSearchParams(
    Object.entries(all)
      .filter(([, value]) => value !== '')
      .sort(),
  );
  const text = search.toString();
  if (isSnapshot) return `?${text}`;
  return `/${place.page}${text ? `?${text}` : ''}`;
}

const listeners = new Set<() => void>();
addEventListener('popstate', () => listeners.forEach((f) => f()));

export function go(place: Place, replace = false): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', addressOf(place));
  listeners.forEach((f) => f());
}

/** Changes some parameters; an empty text removes one. */
export function change(parameters: Record<string, string>, replace = false): void {
  const place = placeOf(new URL(location.href));
  go({ page: place.page, parameters: { ...place.parameters, ...parameters } }, replace);
}

export function usePlace(): Place {
  const [place, set] = useState(() => placeOf(new URL(location.href)));
  useEffect(() => {
    const f = (): void => set(placeOf(new URL(location.href)));
    listeners.add(f);
    return () => {
      listeners.delete(f);
    };
  }, []);
  return place;
}

let files: Promise<Record<string, string>> | undefined;

export const filters = ['team', 'channel', 'category', 'tier', 'agent'];

/** Whether a page has filters: in a snapshot, some pages are only whole. */
export const hasFilters = (page: string): boolean => !isSnapshot || ['overview', 'team', 'volume'].includes(page);

/** Sets a filter; a snapshot has one at a time. */
export function choose(filter: string, value: string): void {
  const others = isSnapshot ? Object.fromEntries(filters.map((name) => [name, ''])) : {};
  change({ ...others, [filter]: value, open: '' });
}

/** The file of a snapshot that has the page's numbers. */
async function fileOf(place: Place): Promise<string> {
  files ??= fetch(index!).then((r) => r.json() as Promise<Record<string, string>>);
  const names = place.page === 'explore' ? ['by', 'kpi'] : hasFilters(place.page) ? [...filters].sort() : [];
  const chosen = names.flatMap((name) => (place.parameters[name] ? [[name, place.parameters[name]!]] : []));
  const name = (await files)[new URLSearchParams([['page', place.page], ...chosen]).toString()];
  if (name === undefined) throw new Error('This snapshot has one filter at a time.');
  return `data/${name}`;
}

export const numbersOf = (place: Place): Promise<string> =>
  isSnapshot ? fileOf(place) : Promise.resolve(requestOf(place));

/** The address of the page's numbers. The KPI chosen matters to the server only on the page Explore. */
export function requestOf(place: Place): string {
  const names = place.page === 'explore' ? sent : sent.filter((name) => name !== 'kpi' && name !== 'by');
  const search = new URLSearchParams(
    names.flatMap((name) => (place.parameters[name] ? [[name, place.parameters[name]!]] : [])),
  );
  return `/api/page/${encodeURIComponent(place.page)}?${search}`;
}
