// The filters, which are the parameters of the address.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useAnswer } from './parts';
import { filterNames, periodNames } from './kpis';
import { change, choose, filters, hasFilters, isSnapshot, type Place } from './state';
import { daysName } from './format';

export function Filters({ place }: { place: Place }): JSX.Element | null {
  const a = useAnswer();
  // what no panel of the page can follow is only shown to be cleared
  const followed = new Set(Object.values(a.panels).flatMap((panel) => panel.follows));
  const list = hasFilters(place.page) ? filters.filter((f) => followed.has(f) || place.parameters[f]) : [];
  const active = list.filter((f) => place.parameters[f]);
  const period = place.parameters['from'] ? 'custom' : a.period.name;
  const last = new Date(Date.parse(`${a.period.until}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  const [unfolded, unfold] = useState(false);
  // Customers are shown as of today
  const hasPeriod = place.page !== 'customers';
  if (!hasPeriod && !list.length) return null;
  return (
    <div class={`filters ${unfolded ? '' : 'folded'}`} role="search" aria-label="Filters">
      {list.length > 0 && (
        <button type="button" class="button fold" aria-expanded={unfolded} onClick={() => unfold(!unfolded)}>
          Filters{active.length ? ` (${active.length})` : ''}
        </button>
      )}
      {hasPeriod && !isSnapshot && (
        <label>
          <span>Period</span>
          <select
            value={period}
            data-filter="period"
            onChange={(e) => {
              const value = e.currentTarget.value;
              change(
                value === 'custom'
                  ? { period: '', from: a.period.since, to: last, open: '' }
                  : { period: value, from: '', to: '', open: '' },
              );
            }}
          >
            {periodNames.map(([value, name]) => (
              <option value={value} key={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {period === 'custom' && hasPeriod && !isSnapshot && (
        <>
          <label>
            <span>From</span>
            <input
              type="date"
              value={place.parameters['from']}
              max={place.parameters['to']}
              data-filter="from"
              onChange={(e) => e.currentTarget.value && change({ from: e.currentTarget.value, open: '' })}
            />
          </label>
          <label>
            <span>To</span>
            <input
              type="date"
              value={place.parameters['to']}
              min={place.parameters['from']}
              data-filter="to"
              onChange={(e) => e.currentTarget.value && change({ to: e.currentTarget.value, open: '' })}
            />
          </label>
        </>
      )}
      {list.map((f) => {
        const options = a.options[f] ?? [];
        const value = place.parameters[f] ?? '';
        if (!options.length && !value) return null;
        const known = options.some((o) => o.value === value);
        return (
          <label key={f} class={value ? 'active' : ''}>
            <span>{filterNames[f]}</span>
            <select value={value} data-filter={f} onChange={(e) => choose(f, e.currentTarget.value)}>
              <option value="">All</option>
              {!known && value && <option value={value}>{value}</option>}
              {options.map((o) => (
                <option value={o.value} key={o.value}>
                  {o.label ?? o.value}
                </option>
              ))}
            </select>
          </label>
        );
      })}
      {active.length > 0 && (
        <button
          type="button"
          class="clear"
          onClick={() => change(Object.fromEntries([...list, 'open'].map((f) => [f, ''])))}
        >
          Clear {active.length === 1 ? 'filter' : `${active.length} filters`}
        </button>
      )}
      {hasPeriod && <p class="shown">{daysName(a.period.since, a.period.until)}</p>}
    </div>
  );
}
