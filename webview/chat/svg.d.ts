/** A picture's source, which the bundler inlines. */
declare module '*.svg' {
  const source: string;
  export default source;
}
