// Parts that all pages use: panels, tiles, status, tables.
import type { ComponentChildren, JSX } from 'preact';
import { useContext, useState } from 'preact/hooks';
import { createContext } from 'preact';
import type { Answer, Measure, Panel as PanelAnswer } from './answer';
import { useScreen } from './screen';
import { useSort } from './sort';
import { Spark } from './spark';
import {
  beforeWords,
  count,
  daysName,
  difference,
  doubt,
  figure,
  type Grain,
  periodName,
  range,
  capital,
  sentenceOf,
  targetOf,
  written,
  yearOf,
} from './format';
import { dimensionNames, filterNames, nameOf, nothingOf } from './kpis';
import { change, choose, hasFilters } from './state';

export const AnswerContext = createContext<Answer | null>(null);
export const useAnswer = (): Answer => useContext(AnswerContext)!;

/** A name that filters the page by itself, where the page has filters. */
export function Choice({
  filter,
  value,
  children,
}: {
  filter: string;
  value: string;
  children: ComponentChildren;
}): JSX.Element {
  if (!hasFilters(useAnswer().page)) return <span>{children}</span>;
  return (
    <button type="button" class="link" onClick={() => choose(filter, value)}>
      {children}
    </button>
  );
}

/** What a number is, for tests and scripts, in full precision. */
export const data = (m: {
  kpi: string;
  value: number | null;
  n?: number | null;
  low?: number | null;
  high?: number | null;
  period?: string;
  member?: string | null;
}): Record<string, string | number> => {
  const all: Record<string, string | number | null | undefined> = {
    'data-kpi': m.kpi,
    'data-value': m.value,
    'data-n': m.n,
    'data-low': m.low,
    'data-high': m.high,
    'data-period': m.period,
    'data-member': m.member,
  };
  return Object.fromEntries(
    Object.entries(all).filter((e): e is [string, string | number] => e[1] !== null && e[1] !== undefined),
  );
};

/** The head of a column of words: they stand at the left, and numbers at the right. */
export function TextHead({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <th scope="col" class="text">
      {children}
    </th>
  );
}

export function Panel({
  name,
  title,
  note,
  panel,
  children,
  aside,
}: {
  name: string;
  title: string;
  note?: string;
  panel: PanelAnswer | undefined;
  children: () => ComponentChildren;
  aside?: ComponentChildren;
}): JSX.Element | null {
  const screen = useScreen();
  if (!panel || (screen && !screen.panels.includes(name))) return null;
  const problem = panel.failed || panel.missing;
  return (
    <section class="panel" data-panel={name} data-relation={panel.relation} aria-labelledby={`title-${name}`}>
      <header class="panel-head">
        <div>
          <h2 id={`title-${name}`}>{title}</h2>
          {note && <p class="note">{note}</p>}
          <Ignored panel={panel} />
        </div>
        {aside}
      </header>
      {problem ? <p class={panel.failed ? 'empty failed' : 'empty'}>{problem}</p> : children()}
    </section>
  );
}

/** Says which filters a panel cannot follow. */
export function Ignored({ panel, what = 'This' }: { panel: PanelAnswer; what?: string }): JSX.Element | null {
  if (!panel.ignores.length) return null;
  const names = panel.ignores.map((f) => (filterNames[f] ?? f).toLowerCase());
  const all = names.map((name) => (name === 'category' ? 'categories' : `${name}s`));
  return (
    <p class="ignored">
      {what} cannot follow the {names.length > 1 ? 'filters' : 'filter'} {names.join(' and ')}: it shows all{' '}
      {all.join(' and ')}.
    </p>
  );
}

export const states: Record<string, { word: string; shape: JSX.Element; tone: string }> = {
  good: { word: 'On target', tone: 'good', shape: <circle cx="6" cy="6" r="5" /> },
  warning: { word: 'Near target', tone: 'warning', shape: <path d="M6 0.8L11.6 11H0.4Z" /> },
  breach: { word: 'Off target', tone: 'bad', shape: <rect x="1" y="1" width="10" height="10" /> },
};

export function Status({ m, short = false }: { m: Measure; short?: boolean }): JSX.Element | null {
  if (m.value === null) return null;
  const why = doubt(m);
  if (why) {
    return (
      <span class="status muted" data-status={why}>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.6" />
        </svg>
        <span class={short ? 'unseen' : ''}>{why}</span>
      </span>
    );
  }
  if (!m.is_complete)
    return (
      <span class="status muted" data-status="running">
        {short ? '' : 'Still running'}
      </span>
    );
  const state = m.status === null ? undefined : states[m.status];
  if (!state) return null;
  return (
    <span class={`status ${state.tone}`} data-status={m.status ?? ''} title={targetOf(m)}>
      <svg viewBox="0 0 12 12" aria-hidden="true" fill="currentColor">
        {state.shape}
      </svg>
      <span class={short ? 'unseen' : ''}>{state.word}</span>
    </span>
  );
}

/** The change since the period before: with an arrow and a colour only if it is more than chance. */
export function Change({ m, before }: { m: Measure; before: string }): JSX.Element | null {
  if (m.value === null || !m.is_complete || m.change === null) return null;
  const title =
    m.change_low !== null && m.change_high !== null
      ? `95 % interval of the change: ${difference(m.unit, m.change_low)} to ${difference(m.unit, m.change_high)}`
      : undefined;
  if (m.is_significant === null && !doubt(m))
    return (
      <span class="change muted" data-change={m.change}>
        {difference(m.unit, m.change)} <span class="before">on {before}</span>
      </span>
    );
  if (!m.is_significant || doubt(m))
    return (
      <span class="change muted" data-change={m.change} title={title}>
        No clear change
      </span>
    );
  const better = m.better === null ? '' : m.change > 0 === (m.better === 'up') ? 'good' : 'bad';
  return (
    <span class={`change ${better}`} data-change={m.change} data-significant="true" title={title}>
      {m.change > 0 ? '▲' : '▼'} {difference(m.unit, m.change)}{' '}
      {better === 'good' ? 'better' : better === 'bad' ? 'worse' : ''} <span class="before">than {before}</span>
    </span>
  );
}

const countable = (m: Measure, a: Answer): boolean =>
  a.may.tickets && m.value !== null && (m.n ?? 0) > 0 && a.kpis.tickets.includes(m.kpi);

/**
 * A number that opens the tickets behind it, if the reader may see them. extra narrows the filters, such as a team.
 */
export function Figure({
  m,
  grain,
  extra = {},
  large = false,
  fixed = false,
}: {
  m: Measure;
  grain?: Grain;
  extra?: Record<string, string>;
  large?: boolean;
  fixed?: boolean;
}): JSX.Element {
  const a = useAnswer();
  const grey = doubt(m) !== null;
  const attributes = { ...data(m), class: `figure ${large ? 'large' : ''} ${grey ? 'grey' : ''}` };
  if (m.value === null)
    return (
      <span {...attributes}>
        —<span class="unseen">nothing counted</span>
      </span>
    );
  const f = figure(m.unit, m.value, m.target);
  const said = f.unit ? `${f.text}\u202f${f.unit}` : f.text;
  const text = (
    <>
      {f.text}
      {f.unit && (
        <span class="unit">
          {'\u202f'}
          {f.unit}
        </span>
      )}
    </>
  );
  if (fixed || !countable(m, a))
    return (
      <span {...attributes} title={String(m.value)}>
        {text}
      </span>
    );
  const open = new URLSearchParams({ kpi: m.kpi, since: m.period, until: m.ends, ...a.filters, ...extra }).toString();
  return (
    <button
      type="button"
      {...attributes}
      title={`${m.value}. Show the tickets`}
      onClick={() => change({ open })}
      aria-label={`${nameOf(m.kpi)}${grain ? `, ${periodName(m.period, grain)}` : ''}: ${said}. Show the tickets`}
    >
      {text}
    </button>
  );
}

export const interval = (m: Measure): string => (m.low !== null && m.high !== null ? range(m.unit, m.low, m.high) : '');
const sampled = (m: Measure): string =>
  m.unit === 'tickets' || m.kpi === 'backlog' ? '' : `n\u00a0${count(m.n ?? 0)}`;
const judged = (m: Measure): boolean => doubt(m) !== null || !m.is_complete || m.status !== null;

/** The last period that is over, or the running one if there is no other. */
export const current = (rows: Measure[]): Measure | undefined =>
  [...rows].reverse().find((r) => r.is_complete && r.value !== null) ??
  [...rows].reverse().find((r) => r.value !== null) ??
  rows.at(-1);

export function Tile({
  m,
  rows,
  grain,
  chosen,
  panel,
}: {
  m: Measure;
  rows: Measure[];
  grain: Grain;
  chosen: boolean;
  panel: PanelAnswer | undefined;
}): JSX.Element {
  const a = useAnswer();
  return (
    <article class={`tile ${chosen ? 'chosen' : ''}`} data-tile={m.kpi} data-relation={panel?.relation}>
      <h3>
        <button
          type="button"
          onClick={() => change({ kpi: m.kpi }, true)}
          aria-pressed={chosen}
          title={sentenceOf(a.definitions[m.kpi])}
        >
          {nameOf(m.kpi)}
        </button>
      </h3>
      <div class="tile-main">
        <Figure m={m} grain={grain} large />
        <Spark rows={rows} />
      </div>
      <p class="tile-change">
        {m.is_complete ? (
          <Change m={m} before={beforeWords[grain]} />
        ) : (
          <span class="muted">{grain === 'day' ? 'Today' : periodName(m.period, grain)} so far</span>
        )}
        {'\u200b'}
      </p>
      {(interval(m) || sampled(m)) && (
        <p class="tile-row">
          <span>{interval(m)}</span>
          <span>{sampled(m)}</span>
        </p>
      )}
      {(judged(m) || targetOf(m)) && (
        <p class="tile-row">
          <Status m={m} />
          <span>
            {targetOf(m) && <span class="word">Target </span>}
            {targetOf(m).slice('Target '.length)}
          </span>
        </p>
      )}
      {panel && <Ignored panel={panel} />}
    </article>
  );
}

/** The KPIs without a number, and what each needs; those that need the same are together. before: there are earlier numbers. */
export function Missing({
  kpis,
}: {
  kpis: { kpi: string; panel: PanelAnswer | undefined; before: boolean }[];
}): JSX.Element {
  const reasons = new Map<string, { kpis: string[]; failed: boolean }>();
  for (const { kpi, panel, before } of kpis) {
    const text = panel?.failed ?? panel?.missing ?? (before ? 'Nothing was counted in this period.' : nothingOf(kpi));
    const reason = reasons.get(text) ?? { kpis: [], failed: panel?.failed !== undefined };
    reason.kpis.push(kpi);
    reasons.set(text, reason);
  }
  return (
    <section class="panel" data-panel="missing" aria-labelledby="title-missing">
      <header class="panel-head">
        <h2 id="title-missing">Not shown</h2>
      </header>
      <dl class="missing">
        {[...reasons].map(([text, reason]) => (
          <div key={text} data-missing={reason.kpis.join(' ')}>
            <dt>{reason.kpis.map(nameOf).join(' · ')}</dt>
            <dd class={reason.failed ? 'empty failed' : 'empty'}>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The numbers behind a chart. */
export function Behind({ rows, grain, title }: { rows: Measure[]; grain: Grain; title: string }): JSX.Element {
  const hasYear = rows.some((r) => r.year_before !== null);
  const hasInterval = rows.some((r) => r.low !== null);
  const hasSample = rows.some((r) => sampled(r));
  return (
    <details class="behind">
      <summary>Table: {title}</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={title}>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">{grain === 'month' ? 'Month' : grain === 'week' ? 'Week' : 'Day'}</th>
              <th scope="col">Value</th>
              {hasInterval && <th scope="col">95{'\u202f'}% interval</th>}
              {hasSample && <th scope="col">n</th>}
              {hasYear && <th scope="col">A year before</th>}
              <th scope="col">Status</th>
            </tr>
          </thead>
          <tbody>
            {[...rows].reverse().map((m) => (
              <tr key={m.period}>
                <th scope="row">
                  {periodName(m.period, grain)}
                  {m.is_complete ? (m.is_first ? ' (first tickets)' : '') : ' (running)'}
                </th>
                <td>
                  <Figure m={m} grain={grain} />
                </td>
                {hasInterval && <td>{interval(m)}</td>}
                {hasSample && <td>{count(m.n ?? 0)}</td>}
                {hasYear && <td>{m.year_before === null ? '' : yearOf(m)}</td>}
                <td>
                  <Status m={m} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

// of a long list, which has a button for the rest
const firstMembers = 30;

/** Values of a dimension, each with its interval on one scale. */
export function Members({ rows, by, filter }: { rows: Measure[]; by: string; filter: string }): JSX.Element {
  const known = rows
    .flatMap((r) => [r.value, r.low, r.high, r.target, r.target_low, r.target_high])
    .filter((v): v is number => v !== null);
  const unit = rows[0]!.unit;
  const zero = unit === 'tickets' || unit === 'seconds' || unit === 'currency';
  let low = Math.min(...known, ...(zero ? [0] : [])),
    high = Math.max(...known);
  if (!zero) {
    const pad = (high - low || 1) * 0.08;
    low -= pad;
    high += pad;
  }
  const x = (v: number): string => `${(((v - low) / (high - low || 1)) * 100).toFixed(2)}%`;
  const counted = rows.filter((r) => r.value !== null).sort((p, q) => q.value! - p.value!);
  const nothing = rows.length - counted.length;
  const [whole, showWhole] = useState(false);
  const a = useAnswer();
  const labels = new Map((a.options[filter] ?? []).map((o) => [o.value, o.label ?? o.value]));
  const changes = rows.some((r) => r.is_complete && r.change !== null);
  const hasInterval = rows.some((r) => r.low !== null);
  const hasSample = rows.some((r) => sampled(r));
  const { sorted, heads } = useSort('members', counted, {
    member: {
      name: capital(dimensionNames[by] ?? by.replace(/_/g, ' ')),
      of: (m) => (m.member === null ? null : (labels.get(m.member) ?? m.member)),
    },
    picture: { name: 'Picture', kind: 'wide' },
    value: { name: 'Value', of: (m) => m.value },
    ...(hasInterval && { low: { name: '95\u202f% interval', of: (m: Measure) => m.low } }),
    ...(hasSample && { n: { name: 'n', of: (m: Measure) => m.n } }),
    ...(changes && { change: { name: 'Change', of: (m: Measure) => m.change } }),
  });
  const shown = whole || sorted.length <= firstMembers + 5 ? sorted : sorted.slice(0, firstMembers);
  if (!counted.length) return <p class="empty">{nothingOf(rows[0]!.kpi)}</p>;
  return (
    <>
      <table class="numbers members">
        <thead>{heads}</thead>
        <tbody>
          {shown.map((m) => (
            <tr key={m.member ?? ''}>
              <th scope="row">
                {m.member === null ? (
                  <span class="muted">unknown</span>
                ) : (
                  <Choice filter={filter} value={m.member}>
                    {labels.get(m.member) ?? m.member}
                  </Choice>
                )}
              </th>
              <td class="wide">
                <svg class="whisker" aria-hidden="true">
                  {[m.target, m.target_low, m.target_high].map(
                    (goal) =>
                      goal !== null && <line key={goal} class="goal" x1={x(goal)} x2={x(goal)} y1="0" y2="20" />,
                  )}
                  {zero && m.value !== null && <line class="stem" x1={x(0)} x2={x(m.value)} y1="10" y2="10" />}
                  {m.low !== null && m.high !== null && (
                    <line class="reach" x1={x(m.low)} x2={x(m.high)} y1="10" y2="10" />
                  )}
                  {m.value !== null && <circle class={doubt(m) ? 'hollow' : ''} cx={x(m.value)} cy="10" r="4.5" />}
                </svg>
              </td>
              <td>
                <Figure m={m} extra={{ [filter]: m.member ?? '' }} fixed={m.member === null} />
              </td>
              {hasInterval && <td>{interval(m)}</td>}
              {hasSample && <td>{count(m.n ?? 0)}</td>}
              {changes && (
                <td>
                  <Change m={m} before="the period before" />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < counted.length && (
        <p class="more">
          <button type="button" class="link" onClick={() => showWhole(true)}>
            Show all {count(counted.length)}
          </button>
        </p>
      )}
      {nothing > 0 && (
        <p class="note more">
          {count(nothing)} more {nothing === 1 ? 'has' : 'have'} nothing counted.
        </p>
      )}
    </>
  );
}

export const periodWords = (panel: PanelAnswer): string =>
  panel.since && panel.until ? daysName(panel.since, panel.until) : '';
