// Where the database is, as libpq finds it: the address, PGHOST and the like, a service file, the socket of this
// machine.
import { existsSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import type { ConnectionOptions } from 'node:tls';

const variables: Record<string, string> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  dbname: 'PGDATABASE',
  password: 'PGPASSWORD',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  passfile: 'PGPASSFILE',
  options: 'PGOPTIONS',
};

/** The settings of a service, from a file with sections such as [care] and lines such as host=db.example.org. */
export function readService(text: string, service: string): Record<string, string> | undefined {
  let found: Record<string, string> | undefined;
  let inside = false;
  for (const line of text.split('\n').map((l) => l.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const section = /^\[(.*)\]$/.exec(line);
    if (section) {
      inside = section[1] === service && found === undefined;
      if (inside) found = {};
    } else if (inside) {
      const [name, ...value] = line.split('=');
      found![name!.trim()] = value.join('=').trim();
    }
  }
  return found;
}

/** Completes the environment, from which the client reads its settings. As for libpq, a service has precedence. */
export function completeEnvironment(environment: NodeJS.ProcessEnv): void {
  const service = environment['PGSERVICE'];
  if (service) {
    const files = [
      environment['PGSERVICEFILE'] ?? `${homedir()}/.pg_service.conf`,
      `${environment['PGSYSCONFDIR'] ?? '/etc/postgresql-common'}/pg_service.conf`,
    ];
    const settings = files
      .filter((f) => existsSync(f))
      .map((f) => readService(readFileSync(f, 'utf8'), service))
      .find((s) => s);
    if (!settings) throw new Error(`service ${service} is in none of ${files.join(', ')}`);
    for (const [name, value] of Object.entries(settings)) {
      const variable = variables[name];
      if (variable) environment[variable] = value;
    }
  }
  if (environment['PGHOST'] === undefined) {
    const port = environment['PGPORT'] ?? '5432';
    const directory = ['/var/run/postgresql', '/tmp'].find((d) => existsSync(`${d}/.s.PGSQL.${port}`));
    if (directory) environment['PGHOST'] = directory;
  }
  environment['PGUSER'] ??= userInfo().username;
  environment['PGPASSFILE'] ??= `${homedir()}/.pgpass`;
}

/**
 * TLS as PGSSLMODE and the like ask for, or the parameters of the database's address, which are taken out of it: the
 * client reads them otherwise than libpq. Sockets of this machine have none.
 */
export function takeTls(environment: NodeJS.ProcessEnv, address: URL | undefined): ConnectionOptions | false {
  const take = (name: string): string | undefined => {
    const value = address?.searchParams.get(name) || environment[`PG${name.toUpperCase()}`] || undefined;
    address?.searchParams.delete(name);
    return value;
  };
  const mode = take('sslmode') ?? 'disable';
  const root = take('sslrootcert') ?? `${homedir()}/.postgresql/root.crt`;
  const certificate = take('sslcert');
  const key = take('sslkey');
  const host = address?.searchParams.get('host') || address?.hostname || environment['PGHOST'] || 'localhost';
  if (!['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'].includes(mode))
    throw new Error(`sslmode ${mode} is unknown: use require, verify-ca or verify-full`);
  if (mode === 'disable' || mode === 'allow' || /^(\/|%2f)/i.test(host)) return false;
  const hasRoot = root !== 'system' && existsSync(root);
  if (mode === 'verify-ca' && !hasRoot) throw new Error(`verify-ca needs ${root}, the certificate that signs others`);
  return {
    ...(hasRoot ? { ca: readFileSync(root, 'utf8') } : {}),
    ...(certificate ? { cert: readFileSync(certificate, 'utf8') } : {}),
    ...(key ? { key: readFileSync(key, 'utf8') } : {}),
    // as libpq: require checks the certificate only if a root is there to check it
    rejectUnauthorized: mode === 'verify-full' || mode === 'verify-ca' || (mode === 'require' && hasRoot),
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}
