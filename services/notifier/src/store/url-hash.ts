/**
 * What distinguishes an address in unique keys: an index holds no more than 2.7 kB a row, and addresses may be longer.
 * `column` is the SQL of the address.
 */
export const hashOf = (column: string) => `sha256(convert_to(${column}, 'UTF8'))`;
