/** The least that a `config.json` must say. */
export const minimalConfig = {
  model_type: 'llama',
  hidden_size: 64,
  num_attention_heads: 4,
  num_hidden_layers: 2,
  intermediate_size: 96,
  vocab_size: 257,
};
