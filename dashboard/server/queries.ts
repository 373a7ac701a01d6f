// The queries, each a file of SQL in queries/. They are the only SQL that the server sends, with its session's
// settings. As in the files of the extension, @extschema@ is the schema of the extension.
const files = import.meta.glob<string>('./queries/*.sql', { query: '?raw', eager: true, import: 'default' });

const texts = new Map(Object.entries(files).map(([path, text]) => [path.replace(/^.*\/|\.sql$/g, ''), text]));

// These queries differ only in what they count: their common table expressions are in files of their own.
for (const [name, counted] of [
  ['measures', 'measures_tallies'],
  ['measures_segment', 'measures_segments'],
  ['measures_agent', 'measures_agents'],
  ['measures_ticket', 'measures_facts'],
] as const)
  texts.set(name, ['measures_periods', counted, 'measures_answer'].map(queryText).join(',\n'));

export function queryText(name: string): string {
  const text = texts.get(name);
  if (text === undefined) throw new Error(`no query ${name}`);
  return text;
}
