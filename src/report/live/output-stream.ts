/** As much of a writable stream as reports need; `process.stdout` is one. */
export interface OutputStream {
  write(text: string): boolean;
  on(event: 'drain' | 'error' | 'close', listener: (error?: Error) => void): unknown;
}
