import { TINY_ONNX } from './onnxGraphWriter.ts';

/** genai_config.json of a tiny decoder, as onnxruntime-genai's builder writes it. */
export function genaiConfig(): Record<string, unknown> {
  const { vocabulary, layers, heads, kvHeads, headSize, hidden, context } = TINY_ONNX;
  return {
    model: {
      type: 'phi3',
      context_length: context,
      vocab_size: vocabulary,
      bos_token_id: 1,
      eos_token_id: [7, 9],
      pad_token_id: 7,
      decoder: {
        session_options: { provider_options: [] },
        filename: 'model.onnx',
        head_size: headSize,
        hidden_size: hidden,
        num_attention_heads: heads,
        num_hidden_layers: layers,
        num_key_value_heads: kvHeads,
        inputs: {
          input_ids: 'input_ids',
          attention_mask: 'attention_mask',
          past_key_names: 'past_key_values.%d.key',
          past_value_names: 'past_key_values.%d.value',
        },
        outputs: { logits: 'logits', present_key_names: 'present.%d.key', present_value_names: 'present.%d.value' },
      },
    },
    search: { do_sample: true, temperature: 0.7, top_k: 5, max_length: context, past_present_share_buffer: true },
  };
}
