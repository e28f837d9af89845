// Writes controlVector.json: logits of a tiny model that llama.cpp steers with a file of directions that Paddock wrote.
//
//     npx node test/numerics/families/writeControlVector.ts FOLDER
//     bins=node_modules/@node-llama-cpp/linux-x64/bins/linux-x64
//     g++ -o FOLDER/steer test/numerics/families/controlVector.cpp \
//         -L $bins -Wl,-rpath,$PWD/$bins -lllama-common -l:libllama.v0.5.0.so -l:libggml.v0.5.0.so
//     FOLDER/steer $bins FOLDER > test/numerics/families/controlVector.json
//     cp FOLDER/vector.gguf test/numerics/families/controlVector.gguf
//
// The file is read by llama.cpp's own reader of control vectors. What is declared here is declared so in its llama.h and common.h.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

// Larger than llama.cpp's structs, which are passed in memory; what stands before the fields that are set here is as there.
struct llama_model_params { uint64_t all[64]; };
struct llama_context_params {
    uint32_t n_ctx, n_batch, n_ubatch, n_seq_max, n_rs_seq, n_outputs_max, n_outputs_max_per_seq;
    int32_t n_threads, n_threads_batch, ctx_type, rope_scaling_type, pooling_type, attention_type, flash_attn_type;
    float rope_freq_base, rope_freq_scale, yarn_ext_factor, yarn_attn_factor, yarn_beta_fast, yarn_beta_slow;
    uint32_t yarn_orig_ctx;
    float defrag_thold;
    void * cb_eval, * cb_eval_user_data;
    int32_t type_k, type_v;
    uint64_t rest[32];
};
const int32_t F32 = 0, F16 = 1, FLASH_AUTO = -1, FLASH_OFF = 0;
struct llama_batch { int32_t n_tokens; int32_t * token; float * embd; int32_t * pos; int32_t * n_seq_id; int32_t ** seq_id; int8_t * logits; };
struct common_control_vector_load_info { float strength; std::string fname; };
struct common_control_vector_data { int n_embd; std::vector<float> data; };

common_control_vector_data common_control_vector_load(const std::vector<common_control_vector_load_info> & load_infos);

extern "C" {
void ggml_backend_load_all_from_path(const char * path);
llama_model_params llama_model_default_params();
llama_context_params llama_context_default_params();
struct llama_model * llama_model_load_from_file(const char * path, llama_model_params params);
struct llama_context * llama_init_from_model(llama_model * model, llama_context_params params);
int32_t llama_set_adapter_cvec(llama_context * context, const float * data, size_t len, int32_t n_embd, int32_t il_start, int32_t il_end);
int32_t llama_decode(llama_context * context, llama_batch batch);
float * llama_get_logits_ith(llama_context * context, int32_t i);
const struct llama_vocab * llama_model_get_vocab(const llama_model * model);
int32_t llama_vocab_n_tokens(const llama_vocab * vocab);
int32_t llama_model_n_layer(const llama_model * model);
llama_batch llama_batch_get_one(int32_t * tokens, int32_t n_tokens);
}

static void check(bool is_right, const char * what) {
    if (is_right) return;
    std::fprintf(stderr, "llama.cpp refuses %s.\n", what);
    std::exit(1);
}

int main(int, char ** arguments) {
    const std::string folder = arguments[2];
    ggml_backend_load_all_from_path(arguments[1]);
    llama_model * model = llama_model_load_from_file((folder + "/model.gguf").c_str(), llama_model_default_params());
    check(model != nullptr, "the model");
    std::vector<int32_t> tokens;
    std::ifstream prompt(folder + "/prompt.txt");
    for (int32_t token; prompt >> token;) tokens.push_back(token);
    std::printf("{\n  \"tool\": \"llama.cpp v0.5.0, of node-llama-cpp\",\n  \"command\": \"test/numerics/families/controlVector.cpp\",\n  \"logits\": {");
    const float strengths[] = {0, 1, -0.5};
    for (const float strength : strengths) {
        llama_context_params params = llama_context_default_params();
        check(params.type_k == F16 && params.type_v == F16 && params.flash_attn_type == FLASH_AUTO, "these structs");
        params.n_ctx = 256;
        params.n_threads = params.n_threads_batch = 1;
        params.type_k = params.type_v = F32; // so that any difference comes from the computation itself
        params.flash_attn_type = FLASH_OFF;
        llama_context * context = llama_init_from_model(model, params);
        check(context != nullptr, "the context");
        const common_control_vector_data vector = common_control_vector_load({{strength, folder + "/vector.gguf"}});
        check(vector.n_embd > 0, "the file of directions");
        // From the second layer to the last, as its own programs do unless told.
        const int32_t last = llama_model_n_layer(model);
        check(llama_set_adapter_cvec(context, vector.data.data(), vector.data.size(), vector.n_embd, 1, last) == 0, "the directions");
        check(llama_decode(context, llama_batch_get_one(tokens.data(), tokens.size())) == 0, "the prompt");
        const float * logits = llama_get_logits_ith(context, -1);
        const int32_t count = llama_vocab_n_tokens(llama_model_get_vocab(model));
        std::printf("%s\n    \"%g\": [", strength == strengths[0] ? "" : ",", strength);
        for (int32_t i = 0; i < count; i += 8) std::printf("%s%.7g", i == 0 ? "" : ", ", logits[i]);
        std::printf("]");
    }
    std::printf("\n  }\n}\n");
}
