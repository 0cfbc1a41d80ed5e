import type { LinkedImage, LinkedLine, LinkedSection } from '../../asm/index.ts';

const BYTES_A_ROW = 8;

/** Address, bytes and source line of every line that made code or data, by address; symbols stand before them. */
export function listingText(image: LinkedImage, sources: readonly { file: string; text: string }[]): string {
  const texts = new Map(sources.map(({ file, text }) => [file, text.split('\n')]));
  const rows: string[] = [];
  for (const section of image.sections) {
    if (section.lenBytes === 0) continue;
    rows.push(`${section.name}:`);
    const end = section.address + section.lenBytes;
    const lines = image.lines.filter(({ address }) => address >= section.address && address < end);
    if (lines.length === 0)
      rows.push(...symbolRows(image, section.address, end), ...byteRows(section, section.address, end, ''));
    lines.forEach((line, index) => {
      const next = lines[index + 1]?.address ?? end;
      rows.push(...symbolRows(image, line.address, line.address + 1));
      rows.push(...byteRows(section, line.address, next, sourceText(line, texts)));
    });
  }
  return `${rows.join('\n')}\n`;
}

function sourceText({ file, line }: LinkedLine, texts: ReadonlyMap<string, string[]>): string {
  return `${line}\t${texts.get(file)?.[line - 1]?.trim() ?? ''}`;
}

function symbolRows(image: LinkedImage, from: number, to: number): string[] {
  const here = image.symbols.filter(({ address, section }) => section >= 0 && address >= from && address < to);
  return here.map(({ name, address }) => `${address.toString(16).padStart(8, '0')} <${name}>:`);
}

function byteRows({ address, bytes }: LinkedSection, from: number, to: number, text: string): string[] {
  const rows: string[] = [];
  for (let at = from; at < to && at - address < bytes.length; at += BYTES_A_ROW) {
    const part = bytes.subarray(at - address, Math.min(at + BYTES_A_ROW, to) - address);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const source = at === from ? text : '';
    rows.push(`${at.toString(16).padStart(8)}:\t${hex.padEnd(3 * BYTES_A_ROW - 1)}\t${source}`.trimEnd());
  }
  return rows;
}
