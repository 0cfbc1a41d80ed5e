/**
 * A client of the gdb remote protocol for qemu-user's stub, made for many steps a second: whole batches of packets go out
 * in one write, and answers are read when they come.
 *
 * The stub (QEMU 7.2, gdbstub.c) reads 256 bytes at a time, handles them all before it resumes the program, and takes the
 * acknowledgement of each answer straight from the socket. So the packets of a frame are padded to a multiple of 256
 * bytes, with a resuming packet at the very end, and the acknowledgements of its answers follow behind.
 */
import { connect, type Socket } from 'node:net';

const READ_LEN = 256;
/** Larger writes may be cut by the socket at a place that is no multiple of a frame. */
const MAX_WRITE = 30_000;

function packet(text: string): string {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
  return `$${text}#${(sum & 0xff).toString(16).padStart(2, '0')}`;
}

/** Requests that the stub handles in one go. Several must fit into 256 bytes; one may be longer. */
export interface Frame {
  readonly bytes: string;
  readonly answers: number;
}

/** Only the last request may resume the program. */
export function frame(...requests: string[]): Frame {
  const text = requests.map(packet).join('');
  if (requests.length > 1 && text.length > READ_LEN) throw new RangeError('the requests of a frame are too long');
  const padding = (READ_LEN - (text.length % READ_LEN)) % READ_LEN;
  return { bytes: '+'.repeat(padding) + text + '+'.repeat(requests.length), answers: requests.length };
}

export class GdbClient {
  private readonly socket: Socket;
  private pending = '';
  private answers: string[] = [];
  private wanted = 0;
  private settle: { resolve: (answers: string[]) => void; reject: (error: Error) => void } | undefined;
  private failure: Error | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.take(text));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the gdb stub has closed the connection')));
  }

  /** Rejects when nobody listens at the unix socket `path`. */
  static connect(path: string): Promise<GdbClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new GdbClient(socket));
      });
    });
  }

  /** Sends the frames and waits for all their answers, in order. One exchange at a time. */
  exchange(frames: readonly Frame[]): Promise<string[]> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.settle !== undefined) throw new Error('an exchange is under way');
    const done = new Promise<string[]>((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    this.answers = [];
    this.wanted = frames.reduce((sum, { answers }) => sum + answers, 0);
    void this.send(frames);
    return done;
  }

  close(): void {
    this.socket.destroy();
  }

  private async send(frames: readonly Frame[]): Promise<void> {
    let text = '';
    for (const { bytes } of frames) {
      if (text.length + bytes.length > MAX_WRITE) {
        await this.write(text);
        text = '';
      }
      text += bytes;
    }
    await this.write(text);
  }

  private write(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.socket.write(text, 'latin1', () => resolve());
    });
  }

  private take(text: string): void {
    const all = this.pending + text;
    let at = 0;
    for (;;) {
      const start = all.indexOf('$', at);
      const end = start < 0 ? -1 : all.indexOf('#', start);
      if (end < 0 || end + 2 >= all.length) break;
      this.answers.push(all.slice(start + 1, end));
      at = end + 3;
    }
    this.pending = all.slice(at);
    if (this.settle === undefined || this.answers.length < this.wanted) return;
    const { resolve } = this.settle;
    this.settle = undefined;
    resolve(this.answers);
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.settle?.reject(this.failure);
    this.settle = undefined;
  }
}
