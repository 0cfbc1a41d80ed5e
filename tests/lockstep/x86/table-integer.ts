/**
 * Integer instructions, a row each: name | opcode | operands | options. Letters are the opcode maps' (Intel SDM volume 2,
 * appendix A.2): E r/m, G reg, M memory only, R register only, O register in the opcode; b byte, w word, v 16, 32 or 64
 * bits, y 32 or 64, z immediate of at most 32; /n is the opcode extension.
 *
 * Options: L may have a lock prefix; i386, x64: only there; n64: 64 bits where others have 32; ?FLAGS: flags that the
 * page of the instruction in Intel SDM volume 2 ("Flags Affected") calls undefined; shift, rotate, double: see
 * undefinedByCount() in encode.ts.
 */
const ALU = ['add', 'or', 'adc', 'sbb', 'and', 'sub', 'xor', 'cmp'].flatMap((name, n) => {
  const undef = ['or', 'and', 'xor'].includes(name) ? '?A' : '';
  const lock = name === 'cmp' ? '' : 'L';
  const hex = (low: number): string => (n * 8 + low).toString(16).padStart(2, '0');
  return [
    `${name}|${hex(0)}|Eb,Gb|${lock} ${undef}`,
    `${name}|${hex(1)}|Ev,Gv|${lock} ${undef}`,
    `${name}|${hex(2)}|Eb,Gb|${undef}`,
    `${name}|${hex(3)}|Ev,Gv|${undef}`,
    `${name}|${hex(4)}|ib|${undef}`,
    `${name}|${hex(5)}|v,iz|${undef}`,
    `${name}|80|Eb,/${n},ib|${lock} ${undef}`,
    `${name}|81|Ev,/${n},iz|${lock} ${undef}`,
    `${name}|83|Ev,/${n},ib|${lock} ${undef}`,
  ];
});

const SHIFTS = ['rol', 'ror', 'rcl', 'rcr', 'shl', 'shr', 'sal', 'sar'].flatMap((name, n) => {
  const options = n < 4 ? 'rotate' : name === 'sar' ? 'sar' : 'shift';
  return [
    `${name}|c0|Eb,/${n},ic|${options}`,
    `${name}|c1|Ev,/${n},ic|${options}`,
    `${name}|d0|Eb,/${n}|${options}`,
    `${name}|d1|Ev,/${n}|${options}`,
    `${name}|d2|Eb,/${n}|${options} cl`,
    `${name}|d3|Ev,/${n}|${options} cl`,
  ];
});

const CONDITIONS = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'];
const CONDITIONAL = CONDITIONS.flatMap((name, n) => [
  `cmov${name}|0f4${n.toString(16)}|Ev,Gv|`,
  `set${name}|0f9${n.toString(16)}|Eb,/0|`,
]);

export const INTEGER = [
  ...ALU,
  ...CONDITIONAL,
  'test|84|Eb,Gb|?A',
  'test|85|Ev,Gv|?A',
  'test|a8|ib|?A',
  'test|a9|v,iz|?A',
  'test|f6|Eb,/0,ib|?A',
  'test|f7|Ev,/0,iz|?A',
  'not|f6|Eb,/2|L',
  'not|f7|Ev,/2|L',
  'neg|f6|Eb,/3|L',
  'neg|f7|Ev,/3|L',
  'inc|fe|Eb,/0|L',
  'dec|fe|Eb,/1|L',
  'inc|ff|Ev,/0|L',
  'dec|ff|Ev,/1|L',
  'inc|40|Ov|i386',
  'dec|48|Ov|i386',
  'mov|88|Eb,Gb|',
  'mov|89|Ev,Gv|',
  'mov|8a|Eb,Gb|',
  'mov|8b|Ev,Gv|',
  'mov|b0|Ob,ib|',
  'mov|b8|Ov,iv|',
  'mov|c6|Eb,/0,ib|',
  'mov|c7|Ev,/0,iz|',
  'mov|a0|ob|',
  'mov|a1|ov|',
  'mov|a2|ob|',
  'mov|a3|ov|',
  'lea|8d|Mv,Gv|anywhere',
  'xchg|86|Eb,Gb|L',
  'xchg|87|Ev,Gv|L',
  'xchg|90|Ov|',
  'xadd|0fc0|Eb,Gb|L',
  'xadd|0fc1|Ev,Gv|L',
  'cmpxchg|0fb0|Eb,Gb|L',
  'cmpxchg|0fb1|Ev,Gv|L',
  'cmpxchg8b|0fc7|M8,/1|L',
  'cmpxchg16b|0fc7|M16,/1,W|L x64',
  'bswap|0fc8|Oy|',
  'movzx|0fb6|Eb,Gv|',
  'movzx|0fb7|Ew,Gy|',
  'movsx|0fbe|Eb,Gv|',
  'movsx|0fbf|Ew,Gy|',
  'movsxd|63|Ed,Gv,W|x64',
  'cbw|98|v|',
  'cwd|99|v|',
  'lahf|9f||',
  'sahf|9e||',
  'clc|f8||',
  'stc|f9||',
  'cmc|f5||',
  'salc|d6||i386',
  'nop|0f1f|Ev,/0|',
  'xlat|d7||xlat',
  'movbe|0f38f0|Mv,Gv|',
  'movbe|0f38f1|Mv,Gv|',
];

export const SHIFT = [
  ...SHIFTS,
  'shld|0fa4|Ev,Gv,ic|double',
  'shld|0fa5|Ey,Gy|double cl',
  'shrd|0fac|Ev,Gv,ic|double',
  'shrd|0fad|Ey,Gy|double cl',
];

/** bt with a register finds its word far away: the row asks for a small one. */
export const BITS = [
  ...['bt', 'bts', 'btr', 'btc'].flatMap((name, n) => [
    `${name}|0f${(0xa3 + 8 * n).toString(16)}|Rv,Gv|?OSAP`,
    `${name}|0f${(0xa3 + 8 * n).toString(16)}|Mv,Xv|?OSAP ${n ? 'L' : ''}`,
    `${name}|0fba|Ev,/${4 + n},ib|?OSAP ${n ? 'L' : ''}`,
  ]),
  'bsf|0fbc|Ev,Gv|?COSAP',
  'bsr|0fbd|Ev,Gv|?COSAP',
  'tzcnt|f3.0fbc|Ev,Gv|?OSAP',
  'lzcnt|f3.0fbd|Ev,Gv|?OSAP',
  'popcnt|f3.0fb8|Ev,Gv|',
];

/** BMI1 and BMI2, which have a VEX prefix: vex.pp.map; ADX. */
export const BMI = [
  'andn|vex.0.2.f2|Ey,Gy,B|?AP',
  'bextr|vex.0.2.f7|Ey,Gy,B|?ASP',
  'blsr|vex.0.2.f3|Ey,/1,B|?AP',
  'blsmsk|vex.0.2.f3|Ey,/2,B|?AP',
  'blsi|vex.0.2.f3|Ey,/3,B|?AP',
  'bzhi|vex.0.2.f5|Ey,Gy,B|?AP',
  'pdep|vex.3.2.f5|Ey,Gy,B|',
  'pext|vex.2.2.f5|Ey,Gy,B|',
  'adcx|66.0f38f6|Ey,Gy|',
  'adox|f3.0f38f6|Ey,Gy|',
  'mulx|vex.3.2.f6|Ey,Gy,B|',
  'sarx|vex.2.2.f7|Ey,Gy,B|',
  'shlx|vex.1.2.f7|Ey,Gy,B|',
  'shrx|vex.3.2.f7|Ey,Gy,B|',
  'rorx|vex.3.3.f0|Ey,Gy,ib|',
];

export const MULDIV = [
  'mul|f6|Eb,/4|?SZAP',
  'mul|f7|Ev,/4|?SZAP',
  'imul|f6|Eb,/5|?SZAP',
  'imul|f7|Ev,/5|?SZAP',
  'imul|0faf|Ev,Gv|?SZAP',
  'imul|69|Ev,Gv,iz|?SZAP',
  'imul|6b|Ev,Gv,ib|?SZAP',
  'div|f6|Eb,/6|?COSZAP div',
  'div|f7|Ev,/6|?COSZAP div',
  'idiv|f6|Eb,/7|?COSZAP div',
  'idiv|f7|Ev,/7|?COSZAP div',
];

export const BCD = [
  'daa|27||i386 ?O',
  'das|2f||i386 ?O',
  'aaa|37||i386 ?OSZP',
  'aas|3f||i386 ?OSZP',
  'aam|d4|ib|i386 ?OAC div',
  'aad|d5|ib|i386 ?OAC',
];

export const STACK_ROWS = [
  'push|50|On|n64',
  'pop|58|On|n64',
  'push|ff|En,/6|n64',
  'pop|8f|En,/0|n64',
  'push|68|n,iz|n64',
  'push|6a|n,ib|n64',
  'pusha|60|v|i386',
  'popa|61|v|i386',
  'pushf|9c|n|n64',
  'enter|c8|ie|',
  'leave|c9||leave',
  'push_fs|0fa0||x64',
  'push_gs|0fa8||x64',
  'mov_seg|8c|Ev,/s|',
];
