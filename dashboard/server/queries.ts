// The queries, each a file of SQL in queries/. They are the only SQL that the server sends, with its session's
// settings.
const files = import.meta.glob<string>('./queries/*.sql', { query: '?raw', eager: true, import: 'default' });

const texts = new Map(Object.entries(files).map(([path, text]) => [path.replace(/^.*\/|\.sql$/g, ''), text]));

export function queryText(name: string): string {
  const text = texts.get(name);
  if (text === undefined) throw new Error(`no query ${name}`);
  return text;
}
