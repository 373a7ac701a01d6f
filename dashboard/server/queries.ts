// The queries, each a file of SQL in queries/. They are the only SQL that the server sends, with its session's
// settings. As in the files of the extension, @extschema@ is the schema of the extension.
const files = import.meta.glob<string>('./queries/*.sql', { query: '?raw', eager: true, import: 'default' });

const texts = new Map(Object.entries(files).map(([path, text]) => [path.replace(/^.*\/|\.sql$/g, ''), text]));

// The measures of a relation differ only in what is counted, and queries of tallies only in the tally.
const measuresOf = (counted: string): string => ['measures_periods', counted, 'measures_answer'].map(queryText).join(',\n');
texts.set('measures_ticket', measuresOf('measures_facts'));
for (const tally of ['ticket_daily_tally', 'segment_daily_tally', 'agent_daily_tally']) {
  texts.set(`measures_${tally}`, measuresOf('measures_tallies').replaceAll('@tally@', tally));
  texts.set(`options_${tally}`, queryText('options').replaceAll('@tally@', tally));
}

export function queryText(name: string): string {
  const text = texts.get(name);
  if (text === undefined) throw new Error(`no query ${name}`);
  return text;
}
