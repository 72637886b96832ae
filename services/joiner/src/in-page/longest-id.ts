/** Of an id, in characters. Nobody is called that; one who is shall not cost the others their marks. */
export const LONGEST_ID = 4096;
