import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FORKSCOPE, PLAIN_ENV } from './support.ts';

const BUSYBOX = fileURLToPath(new URL('../../../.guests/amd64/bin/busybox', import.meta.url));

/** What a shell on a terminal of 30 rows and 90 columns shows. */
function onTerminal(script: string): string {
  const command = `stty rows 30 cols 90; ${script}`;
  const out = execFileSync('script', ['-qec', command, '/dev/null'], {
    env: { ...PLAIN_ENV, F: FORKSCOPE, B: BUSYBOX },
    encoding: 'utf8',
  });
  return out.replaceAll('\r', '');
}

test('a guest on a terminal sees a terminal of its size', () => {
  expect(onTerminal('"$F" run "$B" sh -c "stty size; test -t 0 && test -t 1 && echo terminal"')).toBe(
    '30 90\nterminal\n',
  );
  expect(onTerminal('"$F" run "$B" sh -c "test -t 1 || echo no terminal" | cat')).toBe('no terminal\n');
});

test('the modes a guest sets are set on the host, and are put back when it ends', () => {
  const script =
    'stty -g > /tmp/.modes.$$; "$F" run "$B" stty -echo -isig; stty -g | cmp - /tmp/.modes.$$ && echo same; rm /tmp/.modes.$$';
  expect(onTerminal(script)).toBe('same\n');
  // The guest turns echo off and then lets the host's own stty be seen through a second forkscope on the same terminal.
  const seen = onTerminal('"$F" run "$B" sh -c "stty -echo; stty -a" | tr " ;" "\\n\\n" | grep -x -e -echo');
  expect(seen).toBe('-echo\n');
});

test('colour is on where standard error is a terminal, off for TERM=dumb', () => {
  const trace = '"$F" trace --to 1 "$B" true';
  expect(onTerminal(trace)).toContain('\u001b[36mP1000');
  expect(onTerminal(`TERM=dumb ${trace}`)).not.toContain('\u001b');
});
