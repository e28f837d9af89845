/**
 * Names of a decoder graph's inputs and outputs. Sizes that vary by run: S new tokens, C slots of the cache, R rows of logits.
 *
 * | input | shape | |
 * |---|---|---|
 * | ids | int64 [1, S] | the new tokens |
 * | positions | int64 [1, S] | their positions; only where positions are learned |
 * | cos.query, sin.query, cos.key, sin.key | [S, rotated size / 2] | the rotary tables' rows for the new tokens; only where positions are rotary |
 * | cos.local, sin.local | the same | for queries and keys of layers that have a rotary base of their own; only where there are such |
 * | mask | [M, A, B, C + S] | added to the scores of new tokens against slots and new ones; M is 1, or the KV heads where heads differ |
 * | mask.window | the same | for layers with a sliding window; only where there are such |
 * | grouping | int64 [4] | KV heads, A, B, head size: how the queries of a KV head stand, A · B = group · S, head by head |
 * | spans | int64 [2] | C and S |
 * | rows | int64 [R] | which of the S tokens get logits |
 * | past.key.i, past.value.i | [KV heads, 1, C, head size] | the cache of layer i; slots that are not in use are masked |
 *
 * | output | shape |
 * |---|---|
 * | logits | [1, R, vocabulary] |
 * | best, logSumExp | int64 [1, R, 1], [1, R, 1]: where the largest logit of a row is, and ln Σ exp over the row |
 * | new | [2 · layers · KV heads, 1, S, head size]: the new keys of all layers, then their new values |
 *
 * A graph that is steered adds to the residual stream x of each token behind layer i the row i of `steering.write`, (x · row i of
 * `steering.read` + `steering.offset`) times. It has these inputs, too:
 *
 * | input | shape | |
 * |---|---|---|
 * | steering.read, steering.write | [layers, hidden size] | zeros for layers that are left alone |
 * | steering.offset | [1] | 1 to add rows, 0 to project on them |
 *
 * A graph that is observed has the residual stream behind each layer as an output: `residuals` [layers, R, hidden size].
 *
 * A graph for prefill, where every token sees all before it, has these instead of masks, grouping and spans; T of the cache's slots are in
 * use:
 *
 * | input | shape | |
 * |---|---|---|
 * | last | int32 [1] | T + S − 1, the last slot in use after the run |
 * | total | int32 [] | T + S |
 *
 * One that has both kinds of attention has those two beside masks and spans, but no grouping: A is 1 for several tokens. Values are
 * turned, past.value.i [KV heads, 1, head size, C] and the second half of new, which has one dimension. And:
 *
 * | input | shape | |
 * |---|---|---|
 * | single | bool [] | whether there is one token; only where it has a way of its own |
 * | reading | bool [] | whether to run as a graph for prefill does; then masks and spans are not looked at, else last and total |
 *
 * Graphs for WebGPU have last and total, neither best nor logSumExp, and a static cache instead of past and new (only the decoder of an
 * encoder–decoder keeps a mask, [1, heads, S, T]):
 *
 * | input | shape | |
 * |---|---|---|
 * | past.key.i, past.value.i | [1, KV heads, C, head size] | the cache of layer i; float16 where activations are |
 *
 * | output | shape | |
 * |---|---|---|
 * | present.key.i, present.value.i | [1, KV heads, C, head size] | the same buffers, with the new keys and values in them |
 */
export const Names = {
  ids: 'ids',
  positions: 'positions',
  queryCos: 'cos.query',
  querySin: 'sin.query',
  keyCos: 'cos.key',
  keySin: 'sin.key',
  localCos: 'cos.local',
  localSin: 'sin.local',
  mask: 'mask',
  windowMask: 'mask.window',
  grouping: 'grouping',
  single: 'single',
  reading: 'reading',
  spans: 'spans',
  last: 'last',
  total: 'total',
  rows: 'rows',
  logits: 'logits',
  best: 'best',
  logSumExp: 'logSumExp',
  fresh: 'new',
  steeringRead: 'steering.read',
  steeringWrite: 'steering.write',
  steeringOffset: 'steering.offset',
  residuals: 'residuals',
  pastKey: (layer: number) => `past.key.${layer}`,
  pastValue: (layer: number) => `past.value.${layer}`,
  presentKey: (layer: number) => `present.key.${layer}`,
  presentValue: (layer: number) => `present.value.${layer}`,
} as const;
