interface Sized {
  readonly columns?: number;
}

/** As wide as the first terminal among them; 80 where there is none, and where it does not know its width and says 0. */
export function columnsOf(...streams: readonly Sized[]): number {
  return streams.find(({ columns = 0 }) => columns > 0)?.columns ?? 80;
}
