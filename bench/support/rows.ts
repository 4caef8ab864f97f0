const ROW = {
  id_no: '990100199001010012',
  name: '欧阳娜娜',
  sex: '1',
  nation: '01',
  birth: '1990-01-01',
  addr: '示例省示例市示例区示例街道一号',
};

/** One row of the source as it travels. */
export const LINE = Buffer.from(`${JSON.stringify(ROW)}\n`);

/** How many rows make an answer of about so many bytes. */
export function rowsFor(bytes: number): number {
  return Math.max(1, Math.floor(bytes / LINE.length));
}
