/** One line of the record that networkWatch.cjs keeps. */
export interface Attempt {
  readonly pid: number;
  /** `watching` marks the start of a watched process; the others are ways out. */
  readonly way: 'watching' | 'connect' | 'lookup' | 'datagram' | 'fetch';
  readonly to: string;
}
