// The tickets behind a number.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { get } from './answer';
import { count, daysName, instant, written } from './format';
import { filterNames, nameOf } from './kpis';
import { TextHead, useAnswer } from './parts';
import { change } from './state';

interface Ticket {
  definition: string;
  counted: number;
  pending: number;
  not_applicable: number;
  excluded: number;
  tickets: number | null;
  ticket_id: string | null;
  created_at: string | null;
  team: string | null;
  channel: string | null;
  category: string | null;
  customer_tier: string | null;
  agent_name: string | null;
  status: string | null;
  first_contact: boolean | null;
  response_seconds: number | null;
  resolution_seconds: number | null;
  csat_score: number | null;
  nps_score: number | null;
  sentiment: number | null;
  sla_response_met: boolean | null;
  sla_resolution_met: boolean | null;
  reopened: boolean | null;
}

const yes = (v: boolean | null): string => (v === null ? '' : v ? 'yes' : 'no');
const seconds = (v: number | null): string => (v === null ? '' : written('seconds', v));
const score = (v: number | null): string => (v === null ? '' : String(v));

// the column that decides whether or how a ticket counts
const deciding: [RegExp, string, (t: Ticket) => string][] = [
  [/^csat/, 'Rating', (t) => score(t.csat_score)],
  [/^nps/, 'Would recommend', (t) => score(t.nps_score)],
  [/^fcr/, 'First contact', (t) => yes(t.first_contact)],
  [/^response/, 'First response', (t) => seconds(t.response_seconds)],
  [/^resolution/, 'Resolution', (t) => seconds(t.resolution_seconds)],
  [/^sla_response/, 'In time', (t) => yes(t.sla_response_met)],
  [/^sla_resolution/, 'In time', (t) => yes(t.sla_resolution_met)],
  [/^reopen/, 'Reopened', (t) => yes(t.reopened)],
  [/sentiment/, 'Sentiment', (t) => (t.sentiment === null ? '' : t.sentiment.toFixed(2))],
];

export function Tickets({ open }: { open: string }): JSX.Element {
  const a = useAnswer();
  const dialog = useRef<HTMLDialogElement>(null);
  const [rows, set] = useState<Ticket[] | null>(null);
  const [problem, setProblem] = useState('');
  const asked = new URLSearchParams(open);
  const kpi = asked.get('kpi') ?? '';
  useEffect(() => {
    const stop = new AbortController();
    set(null);
    setProblem('');
    get<{ rows: Ticket[] }>(`/api/tickets?${asked}`, stop.signal).then(
      (r) => set(r.rows),
      (e: Error) => {
        if (!stop.signal.aborted) setProblem(e.message);
      },
    );
    return () => stop.abort();
  }, [open]);
  useEffect(() => {
    if (!dialog.current!.open) dialog.current!.showModal();
  }, []);
  const first = rows?.[0];
  const list = rows?.filter((r) => r.ticket_id !== null) ?? [];
  const column = deciding.find(([pattern]) => pattern.test(kpi));
  const [since, until] = [asked.get('since') ?? '', asked.get('until') ?? ''];
  const isPeriod = [since, until].every((day) => !Number.isNaN(Date.parse(`${day}T00:00:00Z`)));
  const chosen = [...asked]
    .filter(([name]) => !['kpi', 'since', 'until'].includes(name))
    .map(([name, value]) => `${filterNames[name] ?? name}: ${value}`);
  const close = (): void => change({ open: '' }, true);
  return (
    <dialog
      ref={dialog}
      class="tickets"
      aria-labelledby="tickets-title"
      onClose={close}
      onClick={(e) => {
        if (e.target === dialog.current) close();
      }}
    >
      <div class="tickets-body" data-panel="tickets">
        <header class="panel-head">
          <div>
            <h2 id="tickets-title">{nameOf(kpi)}</h2>
            <p class="note">
              {[...(isPeriod ? [daysName(since, until)] : []), ...chosen].join(' · ')}
            </p>
          </div>
          <button type="button" class="button" onClick={close}>
            Close
          </button>
        </header>
        {problem && <p class="empty failed">{problem}</p>}
        {!rows && !problem && (
          <p class="empty" aria-busy="true">
            Reading the tickets …
          </p>
        )}
        {first && (
          <>
            <p class="note">It counts {first.definition}.</p>
            <dl class="counts">
              {(
                [
                  ['Counted', first.counted],
                  ['Pending', first.pending],
                  ['Not applicable', first.not_applicable],
                  ['Excluded', first.excluded],
                ] as const
              ).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd data-kpi={`explain_${name.toLowerCase().replace(' ', '_')}`} data-value={value}>
                    {count(value)}
                  </dd>
                </div>
              ))}
            </dl>
            <p class="note">
              {list.length < (first.tickets ?? 0)
                ? `The newest ${count(list.length)} of ${count(first.tickets ?? 0)} tickets:`
                : list.length
                  ? `All ${count(list.length)} tickets:`
                  : 'No ticket counts.'}
            </p>
            {list.length > 0 && (
              <div class="scroll" tabIndex={0} role="region" aria-label="Tickets">
                <table class="numbers stack">
                  <thead>
                    <tr>
                      <th scope="col">Ticket</th>
                      {column && <th scope="col">{column[1]}</th>}
                      <th scope="col">Created</th>
                      <TextHead>Team</TextHead>
                      <TextHead>Channel</TextHead>
                      <TextHead>Category</TextHead>
                      <TextHead>Agent</TextHead>
                      <TextHead>Status</TextHead>
                    </tr>
                  </thead>
                  <tbody>
                    {list.map((t) => (
                      <tr key={t.ticket_id} data-ticket={t.ticket_id!}>
                        <th scope="row">{t.ticket_id}</th>
                        {column && <td data-label={column[1]}>{column[2](t)}</td>}
                        <td data-label="Created">{t.created_at ? instant(t.created_at, a.mart.time_zone) : ''}</td>
                        <td class="text" data-label="Team">
                          {t.team}
                        </td>
                        <td class="text" data-label="Channel">
                          {t.channel}
                        </td>
                        <td class="text" data-label="Category">
                          {t.category}
                        </td>
                        <td class="text" data-label="Agent">
                          {t.agent_name}
                        </td>
                        <td class="text" data-label="Status">
                          {t.status}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </>
        )}
      </div>
    </dialog>
  );
}
