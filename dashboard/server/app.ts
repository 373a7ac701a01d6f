// The web server: pages, the tickets behind a number, and the files of the browser.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import helmet from '@fastify/helmet';
import files from '@fastify/static';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import pg from 'pg';
import { Database, Gone, Replaced, isUnreachable, reason, type Reading } from './database';
import { type Answer, Kept, Together } from './kept';
import type { Logins } from './logins';
import { PageQuery, TicketsQuery, isDay } from './parameters';
import { type PageAnswer, pages, readPage } from './pages';

export interface Settings {
  database: Database;
  logins: Logins;
  hosts: string[];
  web: string;
  log: boolean;
  /** how many bytes of answers are kept */
  kept: number;
}

class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Aborts when the reader closes the connection before the answer is sent. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

const hostName = (host: string): string => host.replace(/:[0-9]+$/, '').toLowerCase();

export async function makeApp(settings: Settings): Promise<FastifyInstance> {
  const { database, logins } = settings;
  const schema = database.mart.schema;
  const kept = new Kept(settings.kept);
  const hosts = new Set(settings.hosts.map((h) => h.toLowerCase()));

  const app = fastify({
    // no addresses with names of customers in the log, only what failed
    logger: settings.log
      ? { level: 'warn', redact: ['req.headers', 'err.detail', 'err.where', 'err.internalQuery'] }
      : false,
    trustProxy: false,
    bodyLimit: 1024,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    routerOptions: { maxParamLength: 100 },
    // addresses that cannot be decoded; no hook sees them
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      void reply.code(400).header('cache-control', 'no-store').send({ error: 'This request is not valid.' });
    },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(TypeBoxValidatorCompiler);

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // the proxy speaks TLS, and says so itself
    strictTransportSecurity: false,
  });

  app.addHook('onRequest', async (request, reply) => {
    // a page of another site cannot name this server by an address of its own
    const named = request.raw.rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'host');
    if (named.length !== 1 || !hosts.has(hostName(request.headers.host ?? '')))
      throw new Refused(421, 'This server does not answer to this name.');
    // an address with a name of its own, which Host would not say
    if (!request.raw.url?.startsWith('/')) throw new Refused(400, 'This request is not valid.');
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refused(405, 'Only GET.');
    reply.header('cross-origin-resource-policy', 'same-origin');
  });

  app.setErrorHandler((error: Error & { validation?: unknown; statusCode?: number }, request, reply) => {
    if (reply.raw.destroyed) return reply;
    let status = 500;
    let message = 'Something failed. The log of the server has more.';
    if (error instanceof Refused) {
      status = error.status;
      message = error.message;
    } else if (error.validation) {
      status = 400;
      message = 'A parameter of this address is not valid.';
    } else if (error instanceof Gone) {
      status = 499;
      message = 'The reader has gone away.';
    } else if (
      error instanceof pg.DatabaseError &&
      ['42501', '42P01', '3F000', '22023', '42704'].includes(error.code ?? '')
    ) {
      status = 403;
      message =
        'Your role may not read this mart. It needs USAGE on the schema, and SELECT on kpi_state and kpi_settings.';
    } else if (error instanceof pg.DatabaseError && error.code === '57014') {
      status = 504;
      message = 'The database took too long.';
    } else if (error instanceof Replaced || (error instanceof pg.DatabaseError && error.code === '55P03')) {
      status = 503;
      message = 'The mart is being changed. Try again in a minute.';
    } else if (error.message === 'timeout exceeded when trying to connect') {
      status = 503;
      message = 'All connections to the database are busy. Try again in a minute.';
    } else if (isUnreachable(error)) {
      status = 503;
      message = 'The database cannot be reached. The log of the server has more.';
    } else if (error.statusCode && error.statusCode < 500) {
      status = error.statusCode;
      message = 'This request is not valid.';
    }
    if (status >= 500)
      request.log.warn({ status, code: (error as { code?: string }).code, message: reason(error) }, 'failed');
    return reply.code(status).header('cache-control', 'no-store').send({ error: message });
  });
  app.setNotFoundHandler((request, reply) => {
    reply.code(404).header('cache-control', 'no-store');
    // a person gets the document, which says so and links to the pages
    const isPerson = /text\/html/.test(request.headers.accept ?? '') && !/^\/(api|assets)\//.test(request.url);
    return isPerson ? reply.sendFile('index.html') : reply.send({ error: 'There is no such page.' });
  });

  // the states of the mart that readers of a role see; roles are those of the file of logins
  const versions = new Map<string, Together<{ text: string; keep: boolean }>>();
  const never = new AbortController().signal;
  const options = new Map<string, PageAnswer['options']>();

  const roleOf = (request: IncomingMessage): string => {
    const role = logins.role(request);
    if (role === undefined) throw new Refused(403, 'Your login has no role in this dashboard.');
    return role;
  };

  /** What the reader's answers depend on, and whether they may be kept. */
  async function version(reading: Reading): Promise<{ text: string; keep: boolean }> {
    const row = (await reading.read('version', [schema]))[0]!;
    return { text: row['version'] as string, keep: row['has_policies'] === false };
  }

  const send = (request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply => {
    reply.header('etag', answer.etag).header('cache-control', 'private, no-cache').header('vary', 'accept-encoding');
    if (request.headers['if-none-match'] === answer.etag) return reply.code(304).send();
    reply.type('application/json; charset=utf-8');
    return /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
      ? reply.header('content-encoding', 'gzip').send(answer.gzip)
      : reply.send(answer.body);
  };

  const answerOf = (value: unknown): Answer => {
    const body = JSON.stringify(value);
    return { body, gzip: gzipSync(body), etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
  };

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    words: string[],
    work: (reading: Reading, state: string | null) => Promise<unknown>,
  ) {
    const role = roleOf(request.raw);
    const gone = goneSignal(reply);
    let together = versions.get(role);
    if (!together) versions.set(role, (together = new Together()));
    const { text, keep } = await together.ask(() => database.reading(role, never, version));
    const make = async (stop: AbortSignal): Promise<{ answer: Answer; keep: boolean }> => {
      let isSame = false;
      const value = await database.reading(role, stop, async (reading) => {
        const result = await work(reading, keep ? Kept.key(role, text) : null);
        // neither what a busy database did not answer, nor what was read while rights changed
        isSame = keep && !reading.hasFailed && (await version(reading)).text === text;
        return result;
      });
      return { answer: answerOf(value), keep: isSame };
    };
    // an answer that depends on anything is made for one reader
    if (!keep) return send(request, reply, (await make(gone)).answer);
    const key = Kept.key(role, text, ...words);
    return send(request, reply, kept.get(key) ?? (await kept.make(key, gone, make)));
  }

  app.get('/api/page/:page', { schema: { querystring: PageQuery } }, async (request, reply) => {
    const { page } = request.params as { page: string };
    if (!Object.hasOwn(pages, page)) throw new Refused(404, 'There is no such page.');
    const query = request.query;
    return answer(
      request,
      reply,
      ['page', page, JSON.stringify(Object.entries(query).sort())],
      async (reading, state) => {
        const result = await readPage(reading, schema, page, query, state === null ? undefined : options.get(state));
        if (typeof result === 'string') throw new Refused(400, result);
        if (state !== null && !reading.hasFailed) {
          if (options.size > 100) options.clear();
          options.set(state, result.options);
        }
        return result;
      },
    );
  });

  app.get('/api/tickets', { schema: { querystring: TicketsQuery } }, async (request, reply) => {
    const { kpi, since, until, team, channel, category, tier, agent } = request.query;
    if (!isDay(since) || !isDay(until) || since >= until) throw new Refused(400, 'The period is not valid.');
    const chosen = JSON.stringify({ team, channel, category, customer_tier: tier, agent_id: agent });
    return answer(request, reply, ['tickets', kpi, since, until, chosen], async (reading) => {
      const rows = await reading.attempt('tickets', [schema, kpi, since, until, chosen]);
      if (!(rows instanceof pg.DatabaseError)) return { rows };
      if (rows.code === '42501') throw new Refused(403, 'Your role may not see single tickets.');
      if (rows.code === '57014') throw rows;
      throw new Refused(400, 'No tickets can be listed for this number.');
    });
  });

  app.get('/api/health', async (_, reply) => reply.header('cache-control', 'no-store').send({ ok: true }));

  await app.register(files, {
    root: settings.web,
    index: 'index.html',
    cacheControl: false,
    preCompressed: existsSync(`${settings.web}/index.html.gz`),
    setHeaders: (reply, path) => {
      // files in assets/ have a hash in their name
      const fixed = /[\\/]assets[\\/]/.test(path);
      reply.header('cache-control', fixed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  // the pages are addresses of one document
  for (const address of ['', ...Object.keys(pages)]) app.get(`/${address}`, (_, reply) => reply.sendFile('index.html'));
  return app;
}
