// The tickets behind a number.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { get } from './answer';
import { count, daysName, instant, plainly, written } from './format';
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
  answers: number | null;
  ticket_id: string | null;
  created_at: string | null;
  team: string | null;
  channel: string | null;
  category: string | null;
  customer_tier: string | null;
  agent_name: string | null;
  status: string | null;
  deciding: number | null;
}

const yes = (v: number): string => (v ? 'yes' : 'no');
const score = (v: number): string => String(v);
const seconds = (v: number): string => written('seconds', v);

// the column of what decides how a ticket counts, and how its first tickets are called
const deciding: [RegExp, string, (v: number) => string, string][] = [
  [/^csat/, 'Rating', score, 'the worst first'],
  [/^nps/, 'Would recommend', score, 'the least likely to recommend first'],
  [/^(ces|effort)/, 'Effort score', score, 'the hardest first'],
  [/^fcr/, 'First contact', yes, 'those that needed more contacts first'],
  [/^reopen/, 'Reopened', yes, 'the reopened ones first'],
  [/^escalation/, 'Escalated', yes, 'the escalated ones first'],
  [/^transfer/, 'Transferred', yes, 'the transferred ones first'],
  [/^abandonment/, 'Abandoned', yes, 'the abandoned ones first'],
  [/^self_service/, 'Self-service', yes, 'those that were not solved first'],
  [/^bot_resolution/, 'Solved by the bot', yes, 'those that were not solved first'],
  [/^bot_escalation/, 'Handed over', yes, 'those handed over first'],
  [/^sla_/, 'In time', yes, 'the late ones first'],
  [/^response/, 'First response', seconds, 'the slowest first'],
  [/^resolution/, 'Resolution', seconds, 'the slowest first'],
  [/^handle/, 'Handle time', seconds, 'the longest first'],
  [/^wait/, 'Wait', seconds, 'the longest first'],
  [/sentiment/, 'Sentiment', (v) => v.toFixed(2).replace('-', '\u2212'), 'the unhappiest first'],
  [/^qa_/, 'Quality', (v) => written('percent', v), 'the lowest first'],
  [/^cost/, 'Cost', (v) => v.toFixed(2), 'the most expensive first'],
];

const described: [string, 'team' | 'channel' | 'category' | 'agent_name' | 'status'][] = [
  ['Team', 'team'],
  ['Channel', 'channel'],
  ['Category', 'category'],
  ['Agent', 'agent_name'],
  ['Status', 'status'],
];

const plural = (n: number, word: string): string => `${count(n)} ${word}${n === 1 ? '' : 's'}`;

/** What the list has, and in which order. */
function listed(shown: number, { tickets, answers }: Ticket, order: string): string {
  const all = plural(tickets ?? 0, 'ticket');
  const list =
    shown < (tickets ?? 0) ? `${count(shown)} of ${all}, ${order}.` : shown > 1 ? `${all}, ${order}.` : `${all}.`;
  return answers
    ? `${list} ${plural(answers, 'answer')} to surveys that are not in a ticket ${answers === 1 ? 'counts' : 'count'}, too.`
    : list;
}

/** The definition as sentences: what counts, and on which day. */
function definitionOf(text: string): string {
  const [what, when] = text.split('; on the ');
  return `Counts ${plainly(what!)}.${when ? ` Each counts on the ${plainly(when)}.` : ''}`;
}

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
  const texts = described.filter(([, key]) => list.some((t) => t[key] !== null));
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
            <p class="note">{[...(isPeriod ? [daysName(since, until)] : []), ...chosen].join(' · ')}</p>
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
            <p class="note">{definitionOf(first.definition)}</p>
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
            <p class="note">{listed(list.length, first, column?.[3] ?? 'the newest first')}</p>
            {list.length > 0 && (
              <div class="scroll" tabIndex={0} role="region" aria-label="Tickets">
                <table class="numbers stack short">
                  <thead>
                    <tr>
                      <th scope="col">Ticket</th>
                      {column && <th scope="col">{column[1]}</th>}
                      <th scope="col">Created</th>
                      {texts.map(([name]) => (
                        <TextHead key={name}>{name}</TextHead>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {list.map((t) => (
                      <tr key={t.ticket_id} data-ticket={t.ticket_id!}>
                        <th scope="row">{t.ticket_id}</th>
                        {column && <td data-label={column[1]}>{t.deciding === null ? '' : column[2](t.deciding)}</td>}
                        <td data-label="Created">{t.created_at ? instant(t.created_at, a.mart.time_zone) : ''}</td>
                        {texts.map(([name, key]) => (
                          <td key={name} class="text" data-label={name}>
                            {t[key]}
                          </td>
                        ))}
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
