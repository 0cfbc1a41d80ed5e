/**
 * MMX, SSE and their kin: rows as in table-integer.ts. V xmm reg, P mmx reg; W xmm or memory, Q mmx or memory, U and N
 * their register-only forms; the number behind is the length of the memory operand in bytes, `x` is 16 bytes aligned,
 * `u` 16 bytes anywhere.
 */
const each = (rows: string, form: (name: string, opcode: string) => string[]): string[] =>
  rows.split(' ').flatMap((pair) => form(...(pair.split(':') as [string, string])));

const FLOAT = each('sqrt:51 add:58 mul:59 sub:5c min:5d div:5e max:5f', (name, opcode) => [
  `${name}ps|0f${opcode}|Wx,Vx|`,
  `${name}pd|66.0f${opcode}|Wx,Vx|`,
  `${name}ss|f3.0f${opcode}|W4,Vx|`,
  `${name}sd|f2.0f${opcode}|W8,Vx|`,
]);

const LOGIC = each('and:54 andn:55 or:56 xor:57 unpckl:14 unpckh:15', (name, opcode) => [
  `${name}ps|0f${opcode}|Wx,Vx|`,
  `${name}pd|66.0f${opcode}|Wx,Vx|`,
]);

const PACKED = each(
  'punpcklbw:60 punpcklwd:61 punpckldq:62 packsswb:63 pcmpgtb:64 pcmpgtw:65 pcmpgtd:66 packuswb:67 punpckhbw:68 ' +
    'punpckhwd:69 punpckhdq:6a packssdw:6b pcmpeqb:74 pcmpeqw:75 pcmpeqd:76 psrlw:d1 psrld:d2 psrlq:d3 paddq:d4 ' +
    'pmullw:d5 psubusb:d8 psubusw:d9 pminub:da pand:db paddusb:dc paddusw:dd pmaxub:de pandn:df pavgb:e0 psraw:e1 ' +
    'psrad:e2 pavgw:e3 pmulhuw:e4 pmulhw:e5 psubsb:e8 psubsw:e9 pminsw:ea por:eb paddsb:ec paddsw:ed pmaxsw:ee ' +
    'pxor:ef psllw:f1 pslld:f2 psllq:f3 pmuludq:f4 pmaddwd:f5 psadbw:f6 psubb:f8 psubw:f9 psubd:fa psubq:fb ' +
    'paddb:fc paddw:fd paddd:fe',
  (name, opcode) => [
    `${name}|66.0f${opcode}|Wx,Vx|`,
    // The low unpacks read half of what the others read.
    `${name}|0f${opcode}|${/^punpckl/.test(name) ? 'Q4' : 'Q8'},Px|mmx`,
  ],
);

const SSSE3 = each(
  'pshufb:00 phaddw:01 phaddd:02 phaddsw:03 pmaddubsw:04 phsubw:05 phsubd:06 phsubsw:07 psignb:08 psignw:09 ' +
    'psignd:0a pmulhrsw:0b pabsb:1c pabsw:1d pabsd:1e',
  (name, opcode) => [`${name}|66.0f38${opcode}|Wx,Vx|`, `${name}|0f38${opcode}|Q8,Px|mmx`],
);

const SSE41 = [
  ...each(
    'pblendvb:10 blendvps:14 blendvpd:15 ptest:17 pmuldq:28 pcmpeqq:29 packusdw:2b pcmpgtq:37 pminsb:38 pminsd:39 ' +
      'pminuw:3a pminud:3b pmaxsb:3c pmaxsd:3d pmaxuw:3e pmaxud:3f pmulld:40 phminposuw:41',
    (name, opcode) => [`${name}|66.0f38${opcode}|Wx,Vx|`],
  ),
  ...each('xbw:0/8 xbd:1/4 xbq:2/2 xwd:3/8 xwq:4/4 xdq:5/8', (name, place) => {
    const [low = '', len = ''] = place.split('/');
    return [`pmovs${name}|66.0f382${low}|W${len},Vx|`, `pmovz${name}|66.0f383${low}|W${len},Vx|`];
  }),
  ...each('blendps:0c blendpd:0d pblendw:0e mpsadbw:42 dpps:40 dppd:41 roundps:08 roundpd:09', (name, opcode) => [
    `${name}|66.0f3a${opcode}|Wx,Vx,ib|`,
  ]),
  'roundss|66.0f3a0a|W4,Vx,ib|',
  'roundsd|66.0f3a0b|W8,Vx,ib|',
  'insertps|66.0f3a21|W4,Vx,ib|',
  'extractps|66.0f3a17|Ed,Vx,ib|',
  'pinsrb|66.0f3a20|Ed1,Vx,ib|',
  'pinsrd|66.0f3a22|Ey,Vx,ib|',
  'pextrb|66.0f3a14|Ed1,Vx,ib|',
  'pextrd|66.0f3a16|Ey,Vx,ib|',
  'pextrw|66.0f3a15|Ed2,Vx,ib|',
  'movntdqa|66.0f382a|Mx,Vx|',
];

const SSE42 = [
  'pcmpestrm|66.0f3a60|Wu,Vx,ib|',
  'pcmpestri|66.0f3a61|Wu,Vx,ib|',
  'pcmpistrm|66.0f3a62|Wu,Vx,ib|',
  'pcmpistri|66.0f3a63|Wu,Vx,ib|',
  'crc32|f2.0f38f0|Eb,Gy|',
  'crc32|f2.0f38f1|Ev,Gy|',
];

const CRYPTO = [
  'pclmulqdq|66.0f3a44|Wx,Vx,ib|',
  'aesimc|66.0f38db|Wx,Vx|',
  'aesenc|66.0f38dc|Wx,Vx|',
  'aesenclast|66.0f38dd|Wx,Vx|',
  'aesdec|66.0f38de|Wx,Vx|',
  'aesdeclast|66.0f38df|Wx,Vx|',
  'aeskeygenassist|66.0f3adf|Wx,Vx,ib|',
];

export const SSE_MOVES = [
  'movups|0f10|Wu,Vx|',
  'movups|0f11|Wu,Vx|',
  'movupd|66.0f10|Wu,Vx|',
  'movupd|66.0f11|Wu,Vx|',
  'movss|f3.0f10|W4,Vx|',
  'movss|f3.0f11|W4,Vx|',
  'movsd|f2.0f10|W8,Vx|',
  'movsd|f2.0f11|W8,Vx|',
  'movlps|0f12|W8,Vx|',
  'movlps|0f13|M8,Vx|',
  'movlpd|66.0f12|M8,Vx|',
  'movlpd|66.0f13|M8,Vx|',
  'movhps|0f16|W8,Vx|',
  'movhps|0f17|M8,Vx|',
  'movhpd|66.0f16|M8,Vx|',
  'movhpd|66.0f17|M8,Vx|',
  'movsldup|f3.0f12|Wx,Vx|',
  'movshdup|f3.0f16|Wx,Vx|',
  'movddup|f2.0f12|W8,Vx|',
  'lddqu|f2.0ff0|Mu,Vx|',
  'movaps|0f28|Wx,Vx|',
  'movaps|0f29|Wx,Vx|',
  'movapd|66.0f28|Wx,Vx|',
  'movapd|66.0f29|Wx,Vx|',
  'movntps|0f2b|Mx,Vx|',
  'movntpd|66.0f2b|Mx,Vx|',
  'movdqa|66.0f6f|Wx,Vx|',
  'movdqa|66.0f7f|Wx,Vx|',
  'movdqu|f3.0f6f|Wu,Vx|',
  'movdqu|f3.0f7f|Wu,Vx|',
  'movntdq|66.0fe7|Mx,Vx|',
  'movd|66.0f6e|Ey,Vx|',
  'movd|66.0f7e|Ey,Vx|',
  'movd|0f6e|Ey,Px|mmx',
  'movd|0f7e|Ey,Px|mmx',
  'movq|f3.0f7e|W8,Vx|',
  'movq|66.0fd6|W8,Vx|',
  'movq|0f6f|Q8,Px|mmx',
  'movq|0f7f|Q8,Px|mmx',
  'movntq|0fe7|M8,Px|mmx',
  'movq2dq|f3.0fd6|Nx,Vx|mmx',
  'movdq2q|f2.0fd6|Ux,Px|mmx',
  'movnti|0fc3|My,Gy|',
  'movmskps|0f50|Ux,Gy|',
  'movmskpd|66.0f50|Ux,Gy|',
  'pmovmskb|66.0fd7|Ux,Gy|',
  'pmovmskb|0fd7|Nx,Gy|mmx',
  'maskmovdqu|66.0ff7|Ux,Vx|rdi',
  'maskmovq|0ff7|Nx,Px|mmx rdi',
  'emms|0f77||mmx',
];

export const SSE_INTEGER = [
  ...PACKED,
  ...SSSE3,
  ...SSE41,
  ...SSE42,
  ...CRYPTO,
  'punpcklqdq|66.0f6c|Wx,Vx|',
  'punpckhqdq|66.0f6d|Wx,Vx|',
  'pshufd|66.0f70|Wx,Vx,ib|',
  'pshufhw|f3.0f70|Wx,Vx,ib|',
  'pshuflw|f2.0f70|Wx,Vx,ib|',
  'pshufw|0f70|Q8,Px,ib|mmx',
  'pinsrw|66.0fc4|Ed2,Vx,ib|',
  'pinsrw|0fc4|Ed2,Px,ib|mmx',
  'pextrw|66.0fc5|Ux,Gy,ib|',
  'pextrw|0fc5|Nx,Gy,ib|mmx',
  'palignr|66.0f3a0f|Wx,Vx,ib|',
  'palignr|0f3a0f|Q8,Px,ib|mmx',
  ...['71', '72', '73'].flatMap((opcode) =>
    [2, 4, 6]
      .filter((n) => !(opcode === '73' && n === 4))
      .flatMap((n) => [`pshift|66.0f${opcode}|Ux,/${n},ib|`, `pshift|0f${opcode}|Nx,/${n},ib|mmx`]),
  ),
  'psrldq|66.0f73|Ux,/3,ib|',
  'pslldq|66.0f73|Ux,/7,ib|',
];

export const SSE_FLOAT = [
  ...FLOAT,
  ...LOGIC,
  // Within the tolerance of the manual: see `approximations` in known.ts.
  'rsqrtps|0f52|Wx,Vx|',
  'rsqrtss|f3.0f52|W4,Vx|',
  'rcpps|0f53|Wx,Vx|',
  'rcpss|f3.0f53|W4,Vx|',
  'shufps|0fc6|Wx,Vx,ib|',
  'shufpd|66.0fc6|Wx,Vx,ib|',
  'cmpps|0fc2|Wx,Vx,i3|',
  'cmppd|66.0fc2|Wx,Vx,i3|',
  'cmpss|f3.0fc2|W4,Vx,i3|',
  'cmpsd|f2.0fc2|W8,Vx,i3|',
  'ucomiss|0f2e|W4,Vx|',
  'ucomisd|66.0f2e|W8,Vx|',
  'comiss|0f2f|W4,Vx|',
  'comisd|66.0f2f|W8,Vx|',
  'haddpd|66.0f7c|Wx,Vx|',
  'haddps|f2.0f7c|Wx,Vx|',
  'hsubpd|66.0f7d|Wx,Vx|',
  'hsubps|f2.0f7d|Wx,Vx|',
  'addsubpd|66.0fd0|Wx,Vx|',
  'addsubps|f2.0fd0|Wx,Vx|',
  'cvtps2pd|0f5a|W8,Vx|',
  'cvtpd2ps|66.0f5a|Wx,Vx|',
  'cvtss2sd|f3.0f5a|W4,Vx|',
  'cvtsd2ss|f2.0f5a|W8,Vx|',
  'cvtdq2ps|0f5b|Wx,Vx|',
  'cvtps2dq|66.0f5b|Wx,Vx|',
  'cvttps2dq|f3.0f5b|Wx,Vx|',
  'cvtdq2pd|f3.0fe6|W8,Vx|',
  'cvttpd2dq|66.0fe6|Wx,Vx|',
  'cvtpd2dq|f2.0fe6|Wx,Vx|',
  'cvtsi2ss|f3.0f2a|Ey,Vx|',
  'cvtsi2sd|f2.0f2a|Ey,Vx|',
  'cvttss2si|f3.0f2c|W4,Gy|',
  'cvttsd2si|f2.0f2c|W8,Gy|',
  'cvtss2si|f3.0f2d|W4,Gy|',
  'cvtsd2si|f2.0f2d|W8,Gy|',
  'cvtpi2ps|0f2a|Q8,Vx|mmx',
  'cvtpi2pd|66.0f2a|Q8,Vx|mmx',
  'cvttps2pi|0f2c|W8,Px|mmx',
  'cvttpd2pi|66.0f2c|Wx,Px|mmx',
  'cvtps2pi|0f2d|W8,Px|mmx',
  'cvtpd2pi|66.0f2d|Wx,Px|mmx',
  'stmxcsr|0fae|M4,/3|',
];
