import { S_ISDIR } from '../../abi/stat.ts';
import type { Kernel } from '../../state.ts';
import { dPath } from '../dpath.ts';
import { DEV_TMPFS, majorOf, minorOf } from '../inode.ts';
import type { Inode } from '../types.ts';

/** Roots of all mounts, the tree's own first. */
function mountRoots(k: Kernel): Inode[] {
  const roots = [k.state.root];
  const visit = (dir: Inode): void => {
    for (const inode of dir.entries?.values() ?? []) {
      if (inode.mountPoint) roots.push(inode);
      if (inode.entries && S_ISDIR(inode.mode)) visit(inode);
    }
  };
  visit(k.state.root);
  return roots;
}

function fsTypeOf(inode: Inode): { type: string; options: string } {
  if (inode.kind === 'host') return { type: 'hostfs', options: 'ro,relatime' };
  if (inode.kind === 'proc') return { type: 'proc', options: 'rw,relatime' };
  return { type: 'tmpfs', options: 'rw,relatime' };
}

/** Blanks in a path are written in octal, as getmntent(3) reads them. */
function escaped(path: string): string {
  return path.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** /proc/PID/mounts. Linux: fs/proc_namespace.c show_vfsmnt(). */
export function mountLines(k: Kernel): string {
  return mountRoots(k)
    .map((inode) => {
      const { type, options } = fsTypeOf(inode);
      return `${type} ${escaped(dPath(inode))} ${type} ${options} 0 0\n`;
    })
    .join('');
}

/** /proc/PID/mountinfo. Linux: show_mountinfo(). */
export function mountinfoLines(k: Kernel): string {
  return mountRoots(k)
    .map((inode, index) => {
      const { type, options } = fsTypeOf(inode);
      const dev = inode.kind === 'directory' ? DEV_TMPFS : inode.dev;
      const parent = index === 0 ? 1 : 20;
      const place = `${20 + index} ${parent} ${majorOf(dev)}:${minorOf(dev)} / ${escaped(dPath(inode))}`;
      return `${place} ${options} - ${type} ${type} ${options.slice(0, 2)}\n`;
    })
    .join('');
}
