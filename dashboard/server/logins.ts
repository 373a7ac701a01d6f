// Which role of the database a request reads as.
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';

export interface Logins {
  /** The roles that requests can read as. */
  roles: string[];
  /** The role of a request, or undefined if it may not read. */
  role(request: IncomingMessage): string | undefined;
}

export const single = (role: string): Logins => ({ roles: [role], role: () => role });

/** Reads a file of lines "login role". A line that begins with # is a comment. There is no default. */
export function readLogins(path: string): Map<string, string> {
  const roles = new Map<string, string>();
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      if (/^\s*(#|$)/.test(line)) return;
      const words = line.trim().split(/\s+/);
      if (words.length !== 2) throw new Error(`${path}, line ${index + 1}: expected a login and a role`);
      const [login, role] = words as [string, string];
      if (roles.has(login)) throw new Error(`${path}, line ${index + 1}: login ${login} is there twice`);
      roles.set(login, role);
    });
  return roles;
}

/** The login is the value of a header that the proxy sets. A header that is missing or repeated is refused. */
export function byHeader(header: string, roles: Map<string, string>): Logins {
  const name = header.toLowerCase();
  return {
    roles: [...new Set(roles.values())],
    role: (request) => {
      const values = request.headersDistinct[name];
      // Node reads headers as Latin-1, proxies send UTF-8
      return values?.length === 1 ? roles.get(Buffer.from(values[0]!, 'latin1').toString('utf8')) : undefined;
    },
  };
}
