export type { BlobStore } from './blob-store.ts';
export { FileBlobStore } from './file-blob-store.ts';
export { signToken, verifyToken } from './blob-token.ts';
