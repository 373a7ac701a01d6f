// Lists that a click on the head of a column sorts. On phones, where they have no heads, a select does.
import type { ComponentChildren, JSX } from 'preact';
import { change, usePlace } from './state';

export interface Column<T> {
  name: string;
  /** what is sorted; null comes last. A column without it cannot be sorted, and its name is not seen */
  of?: (row: T) => number | string | null;
  kind?: string;
  note?: ComponentChildren;
}

const compare = (a: number | string, b: number | string): number =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b), 'en', { numeric: true, sensitivity: 'base' });

/**
 * The rows of a list in the order that is asked for, and its heads. Numbers are first sorted from the highest on, texts from A on;
 * a second click turns the order, a third one brings back the order of the list.
 */
export function useSort<T>(
  list: string,
  rows: T[],
  columns: Record<string, Column<T>>,
): { sorted: T[]; heads: JSX.Element; select: JSX.Element } {
  const parameter = `sort.${list}`;
  const asked = usePlace().parameters[parameter] ?? '';
  const key = asked.replace(/^-/, '');
  const down = asked.startsWith('-');
  const of = Object.hasOwn(columns, key) ? columns[key]!.of : undefined;
  const isText = (c: Column<T>): boolean => rows.some((row) => typeof c.of?.(row) === 'string');
  const sorted = of
    ? [...rows].sort((p, q) => {
        const [a, b] = [of(p), of(q)];
        if (a === null || b === null) return Number(a === null) - Number(b === null);
        return down ? compare(b, a) : compare(a, b);
      })
    : rows;
  const set = (value: string): void => change({ [parameter]: value }, true);
  const next = (name: string, first: Column<T>): string => {
    const turns = isText(first) ? [name, `-${name}`] : [`-${name}`, name];
    return turns[turns.indexOf(asked) + 1] ?? '';
  };
  const heads = (
    <tr>
      {Object.entries(columns).map(([name, c]) => {
        const order = of && name === key ? (down ? 'descending' : 'ascending') : undefined;
        if (!c.of)
          return (
            <th scope="col" key={name} class={c.kind}>
              <span class="unseen">{c.name}</span>
            </th>
          );
        return (
          <th scope="col" key={name} class={c.kind} aria-sort={order}>
            <button type="button" class="sort" onClick={() => set(next(name, c))}>
              {c.name}
              <svg viewBox="0 0 8 10" aria-hidden="true">
                <path class={order === 'ascending' ? 'on' : ''} d="M4 0L7.4 4H.6Z" />
                <path class={order === 'descending' ? 'on' : ''} d="M4 10L7.4 6H.6Z" />
              </svg>
            </button>
            {c.note}
          </th>
        );
      })}
    </tr>
  );
  const select = (
    <label class="sort-by">
      <span>Sort by</span>
      <select value={of ? asked : ''} data-sort={list} onChange={(e) => set(e.currentTarget.value)}>
        <option value="">Order of the list</option>
        {Object.entries(columns).map(([name, c]) => {
          const [up, back] = isText(c) ? ['from A', 'from Z'] : ['lowest first', 'highest first'];
          return (
            <optgroup key={name} label={c.name}>
              <option value={name}>{`${c.name}, ${up}`}</option>
              <option value={`-${name}`}>{`${c.name}, ${back}`}</option>
            </optgroup>
          );
        })}
      </select>
    </label>
  );
  return { sorted, heads, select };
}
