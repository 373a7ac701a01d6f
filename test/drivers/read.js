// Reads queries with node-postgres: see test/t/051_bi_drivers.pl for the output.

'use strict';

const { Client, types } = require('pg');

// By default a date is an instant at local midnight, and microseconds are lost.
const DATE = 1082, TIMESTAMPTZ = 1184;
types.setTypeParser(DATE, (text) => text);
types.setTypeParser(TIMESTAMPTZ, (text) => ({ instant: text }));

function canonical(value) {
	if (value === null)
		return '\\N';
	if (typeof value === 'boolean')
		return value ? 't' : 'f';
	if (typeof value === 'number') {
		const bytes = Buffer.alloc(8);
		bytes.writeDoubleBE(value);
		return bytes.toString('hex');
	}
	if (value.instant) {
		const [, seconds, fraction = ''] = value.instant.match(/^(.{19})(?:\.(\d+))?\+00$/);
		return `${seconds}.${fraction.padEnd(6, '0')}`;
	}
	return value.replace(/\\/g, '\\\\').replace(/\t/g, '\\t').replace(/\n/g, '\\n').replace(/\r/g, '\\r');
}

async function main() {
	const client = new Client();
	await client.connect();
	for (const line of require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
		const [name, query] = line.split('\t');
		const result = await client.query({ text: query, values: [], rowMode: 'array' });
		const columns = result.fields.map((field) => `${field.name}:${field.dataTypeID}`);
		const rows = result.rows.map((row) => row.map(canonical).join('\t') + '\n');
		process.stdout.write(`# ${name}\n= ${columns.join(' ')}\n${rows.join('')}`);
	}
	await client.end();
}

main();
