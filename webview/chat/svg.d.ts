/** A picture as its source, which the bundler puts in. */
declare module '*.svg' {
  const source: string;
  export default source;
}
