// Answers that are kept until the mart or the rights of the reader change. The version is read anew for every
// request.
import { createHash } from 'node:crypto';

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

export class Kept {
  private readonly answers = new Map<string, Answer>();
  private readonly running = new Map<string, { answer: Promise<Answer>; readers: number; stop: AbortController }>();

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

  /** Makes an answer once for all readers that wait for it. It is stopped when the last of them has gone away. */
  async make(
    key: string,
    keep: boolean,
    gone: AbortSignal,
    work: (stop: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    let run = this.running.get(key);
    if (!run || run.stop.signal.aborted) {
      const stop = new AbortController();
      run = {
        readers: 0,
        stop,
        answer: work(stop.signal)
          .then((answer) => {
            if (keep) {
              this.answers.set(key, answer);
              if (this.answers.size > this.most) this.answers.delete(this.answers.keys().next().value!);
            }
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
