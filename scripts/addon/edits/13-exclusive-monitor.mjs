export const what =
  'ARM: the exclusive monitor can be read and written as registers 0x7f00 (address) and 0x7f01 (value)';

export const why = `
What ldrex marks for strex is state of the CPU that no register shows, so a state that is put back between the two loses
it or keeps one of another time, and strex answers differently. The address is all ones while nothing is marked.`;

/** @param {import('../source.mjs').SourceTree} tree */
export function apply(tree) {
  const arm = tree.file('qemu/target/arm/unicorn_arm.c');
  const fields = [
    ['0x7f00', 'exclusive_addr'],
    ['0x7f01', 'exclusive_val'],
  ];
  const add = (name, statement) =>
    arm
      .fn(name)
      .before(
        /case UC_ARM_REG_FPEXC:/,
        `${fields
          .map(
            ([id, field]) =>
              `case ${id}:\n            CHECK_REG_TYPE(uint64_t);\n            ${statement(field)}\n            break;`,
          )
          .join('\n        ')}\n        `,
      );
  add('reg_read', (field) => `*(uint64_t *)value = env->${field};`);
  add('reg_write', (field) => `env->${field} = *(uint64_t *)value;`);
}
