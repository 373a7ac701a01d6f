// The answer of a page, and its rows as objects.
import type { Grain } from './format';

export interface Panel {
  relation: string;
  follows: string[];
  ignores: string[];
  since?: string;
  until?: string;
  columns?: string[];
  rows?: unknown[][];
  missing?: string;
  failed?: string;
}
export interface Answer {
  page: string;
  mart: { as_of: string; today: string; time_zone: string; week_start: number; dimensions: string[]; reader: string };
  period: { since: string; until: string; name: string };
  grain: Grain;
  filters: Record<string, string>;
  may: { tickets: boolean };
  options: Record<string, { value: string; label?: string }[]>;
  definitions: Record<string, string>;
  kpis: { tickets: string[]; months: string[]; own: string[] };
  ways: string[];
  kpi?: string;
  by?: string;
  panels: Record<string, Panel>;
}

export interface Measure {
  kpi: string;
  member: string | null;
  period: string;
  ends: string;
  is_complete: boolean;
  /** the tickets begin in it: it may be no whole period */
  is_first: boolean;
  value: number | null;
  low: number | null;
  high: number | null;
  n: number | null;
  hits: number | null;
  unit: string;
  better: 'up' | 'down' | null;
  target: number | null;
  target_low: number | null;
  target_high: number | null;
  status: string | null;
  change: number | null;
  change_low: number | null;
  change_high: number | null;
  is_significant: boolean | null;
  before: number | null;
  year_before: number | null;
  year_before_low: number | null;
  year_before_high: number | null;
  year_before_n: number | null;
  year_is_significant: boolean | null;
}

export function rowsOf<T = Record<string, any>>(panel: Panel | undefined): T[] {
  return (panel?.rows ?? []).map((row) => Object.fromEntries(panel!.columns!.map((name, i) => [name, row[i]])) as T);
}

/** What a KPI has that some queries do not return. */
export const bareMeasure = {
  member: null,
  is_first: false,
  low: null,
  high: null,
  hits: null,
  target: null,
  target_low: null,
  target_high: null,
  status: null,
  change: null,
  change_low: null,
  change_high: null,
  is_significant: null,
  before: null,
  year_before: null,
  year_before_low: null,
  year_before_high: null,
  year_before_n: null,
  year_is_significant: null,
};

/** Rows of the KPIs of a panel; what a query does not have is null. */
export function measuresOf(panel: Panel | undefined): Measure[] {
  return rowsOf<Measure>(panel).map((row) => ({ ...bareMeasure, ...row }));
}

export async function get<T>(address: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(address, { signal, headers: { accept: 'application/json' } });
  const body = await response.json().catch(() => ({ error: 'The server did not answer.' }));
  if (!response.ok) throw new Error((body as { error?: string }).error ?? 'The server did not answer.');
  return body as T;
}
