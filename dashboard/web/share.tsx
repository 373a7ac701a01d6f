// Hands on what is shown: its address, or paper.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Copies a text; browsers have a clipboard only on secure origins. */
async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

const chain =
  'M6.5 9.5a3 3 0 0 0 4.3 0l2.4-2.4a3 3 0 0 0-4.3-4.3l-.9.9M9.5 6.5a3 3 0 0 0-4.3 0L2.8 8.9a3 3 0 0 0 4.3 4.3l.9-.9';
const tick = 'M2.5 8.5l3.5 3.5l7.5-8';

export function Share(): JSX.Element {
  const [word, set] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => set(''), 2500);
    return () => clearTimeout(timer);
  }, [word]);
  return (
    <>
      <button
        type="button"
        class="button tool"
        data-tool="copy"
        title="Copy the address of this view"
        onClick={() =>
          void copy(location.href).then(
            () => set('Copied'),
            () => set('Not copied'),
          )
        }
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={word === 'Copied' ? tick : chain} />
        </svg>
        <span class="tool-word" aria-live="polite">
          {word || 'Copy link'}
        </span>
      </button>
      <button type="button" class="button tool print" data-tool="print" onClick={() => print()}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M4.5 6V2h7v4M4.5 11.5h-2v-5.5h11v5.5h-2M4.5 9.5h7V14h-7Z" />
        </svg>
        <span class="tool-word">Print</span>
      </button>
    </>
  );
}
