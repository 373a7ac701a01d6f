// Answers that are kept until the mart or the rights of the reader change. The version is read anew for every
// request.
import { createHash } from 'node:crypto';
import { Gone } from './database';

/** Answers all that ask at once by one call of work, which begins after the last of them has asked. */
export class Together<T> {
  private running: Promise<unknown> | undefined;
  private next: Promise<T> | undefined;

  ask(work: () => Promise<T>): Promise<T> {
    this.next ??= (async () => {
      await this.running?.catch(() => undefined);
      const mine = work();
      this.running = mine;
      this.next = undefined;
      return mine;
    })();
    return this.next;
  }
}

export interface Answer {
  body: string;
  gzip: Buffer;
  etag: string;
}

// the text has two bytes for a letter if it has any beyond Latin-1
const size = ({ body, gzip }: Answer): number => 2 * body.length + gzip.length;

export class Kept {
  private readonly answers = new Map<string, Answer>();
  private readonly running = new Map<string, { answer: Promise<Answer>; readers: number; stop: AbortController }>();
  private bytes = 0;

  /** most: how many bytes of answers are kept; those that were not read for the longest time go first. */
  constructor(private readonly most: number) {}

  static key(...parts: string[]): string {
    return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
  }

  get(key: string): Answer | undefined {
    const answer = this.answers.get(key);
    if (answer) {
      this.answers.delete(key);
      this.answers.set(key, answer);
    }
    return answer;
  }

  private set(key: string, answer: Answer): void {
    this.answers.set(key, answer);
    this.bytes += size(answer);
    for (const [oldest, old] of this.answers) {
      if (this.bytes <= this.most) break;
      this.answers.delete(oldest);
      this.bytes -= size(old);
    }
  }

  /**
   * Makes an answer once for all readers that wait for it. It is stopped when the last of them has gone away. work says
   * whether the answer is good for later readers.
   */
  async make(
    key: string,
    gone: AbortSignal,
    work: (stop: AbortSignal) => Promise<{ answer: Answer; keep: boolean }>,
  ): Promise<Answer> {
    // its event has passed: nobody would stop the work
    if (gone.aborted) throw new Gone('the reader has gone away');
    let run = this.running.get(key);
    if (!run || run.stop.signal.aborted) {
      const stop = new AbortController();
      run = {
        readers: 0,
        stop,
        answer: work(stop.signal)
          .then(({ answer, keep }) => {
            if (keep && !this.answers.has(key)) this.set(key, answer);
            return answer;
          })
          .finally(() => {
            if (this.running.get(key) === run) this.running.delete(key);
          }),
      };
      this.running.set(key, run);
    }
    const mine = run;
    mine.readers++;
    const leave = (): void => {
      if (--mine.readers === 0) mine.stop.abort();
    };
    gone.addEventListener('abort', leave);
    try {
      return await mine.answer;
    } finally {
      gone.removeEventListener('abort', leave);
    }
  }
}
