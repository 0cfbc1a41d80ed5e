import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layoutFor, MIN_HEIGHT, MIN_WIDTH, PANELS, panelAt } from '../../../frontends/tui/layout.ts';

const sizes = fc.record({
  width: fc.integer({ min: MIN_WIDTH, max: 400 }),
  height: fc.integer({ min: MIN_HEIGHT, max: 150 }),
  wordBytes: fc.constantFrom(4, 8),
});

test('panels of any size of screen lie on it, with a row for their titles, and do not overlap', () => {
  fc.assert(
    fc.property(sizes, ({ width, height, wordBytes }) => {
      const layout = layoutFor(width, height, wordBytes);
      for (const name of PANELS) {
        const rect = layout[name];
        expect(rect.width).toBeGreaterThan(12);
        expect(rect.height).toBeGreaterThanOrEqual(3);
        expect(rect.x).toBeGreaterThanOrEqual(0);
        expect(rect.y).toBeGreaterThanOrEqual(2);
        expect(rect.x + rect.width).toBeLessThanOrEqual(width);
        expect(rect.y + rect.height).toBeLessThan(height);
        for (const x of [rect.x, rect.x + rect.width - 1]) {
          for (const y of [rect.y, rect.y + rect.height - 1]) expect(panelAt(layout, x, y)).toBe(name);
        }
      }
      const cells = PANELS.reduce((sum, name) => sum + layout[name].width * layout[name].height, 0);
      let found = 0;
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (panelAt(layout, x, y)) found++;
      expect(found).toBe(cells);
    }),
    { numRuns: 50 },
  );
});

test('more room is the stack’s: more words, and what they point at', () => {
  for (const wordBytes of [4, 8]) {
    const small = layoutFor(80, 24, wordBytes).stack;
    const large = layoutFor(200, 60, wordBytes).stack;
    expect(large.height).toBeGreaterThan(small.height * 2);
    expect(large.width).toBeGreaterThan(small.width * 2);
  }
});
