export type { BlobEntry, BlobInfo, BlobRead, BlobStore, ByteRange, PutOptions } from './blob-store.ts';
export { checkKey, checkPrefix } from './blob-key.ts';
export { contentTypeOf } from './content-type.ts';
export { FileBlobStore, type FileBlobStoreOptions } from './file-blob-store.ts';
export { signToken, verifyToken, type TokenVerdict } from './blob-token.ts';
