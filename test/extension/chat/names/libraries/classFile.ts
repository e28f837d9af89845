const UTF8 = 1;
const CLASS = 7;
/** Bytes of a constant behind its tag, by the tag (JVM specification, §4.4). */
const SIZES: Readonly<Record<number, number>> = {
  ...{ 3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2 },
};

/** Names that a class file declares, of the class, its fields and its methods: those that are public or protected. */
export function namesOfClass(file: Buffer): string[] {
  const texts = new Map<number, string>();
  const classes = new Map<number, number>();
  let at = 10;
  for (let index = 1; index < file.readUInt16BE(8); index++) {
    const tag = file.readUInt8(at);
    if (tag === UTF8) {
      const length = file.readUInt16BE(at + 1);
      texts.set(index, file.toString('utf8', at + 3, at + 3 + length));
      at += 3 + length;
      continue;
    }
    if (tag === CLASS) classes.set(index, file.readUInt16BE(at + 1));
    const size = SIZES[tag];
    if (size === undefined) throw new Error(`A class file has a constant of the unknown kind ${tag}.`);
    at += 1 + size;
    // Longs and doubles take two places.
    if (tag === 5 || tag === 6) index++;
  }
  const type = texts.get(classes.get(file.readUInt16BE(at + 2)) ?? 0) ?? '';
  if (!isOpen(file.readUInt16BE(at))) return [];
  const names = type.split(/[/$]/).slice(-2);
  at += 6;
  at += 2 + 2 * file.readUInt16BE(at);
  for (const _ of ['fields', 'methods']) {
    const count = file.readUInt16BE(at);
    at += 2;
    for (let member = 0; member < count; member++) {
      const name = texts.get(file.readUInt16BE(at + 2));
      if (name !== undefined && isOpen(file.readUInt16BE(at))) names.push(name);
      const attributes = file.readUInt16BE(at + 6);
      at += 8;
      for (let attribute = 0; attribute < attributes; attribute++) at += 6 + file.readUInt32BE(at + 2);
    }
  }
  return names;
}

/** Public or protected. */
function isOpen(access: number): boolean {
  return (access & 0x5) !== 0;
}
