import { setImmediate } from 'node:timers/promises';

/** A run that takes longer than this is told. */
const SLOW_MS = 300;

/** What runs now, and how it is stopped. */
export class Running {
  private since: number | null = null;
  private told = 0;
  private isInterrupted = false;
  private readonly tell: (seconds: number) => void;

  /** `tell` is called now and then while something takes long, with the seconds that it has taken. */
  constructor(tell: (seconds: number) => void) {
    this.tell = tell;
  }

  get isBusy(): boolean {
    return this.since !== null;
  }

  interrupt(): void {
    this.isInterrupted = this.isBusy;
  }

  /** Do something that Ctrl-C stops. */
  async while<T>(work: () => Promise<T>): Promise<T> {
    this.since = performance.now();
    this.told = 0;
    this.isInterrupted = false;
    try {
      return await work();
    } finally {
      this.since = null;
    }
  }

  /** See debugger/session: gives the event loop its turn. */
  readonly breathe = async (): Promise<boolean> => {
    await setImmediate();
    const forMs = performance.now() - (this.since ?? 0);
    if (this.isBusy && forMs > SLOW_MS + this.told * 1000) {
      this.tell(forMs / 1000);
      this.told++;
    }
    return !this.isInterrupted;
  };
}
