"""The head, tied to the embedding, together with the cross-entropy, in chunks."""

import torch

CHUNK = {"cpu": 256, "cuda": 8192}  # tokens


def errors(hidden, weight, wanted):
    """Returns the cross-entropy in nats [tokens, 1], and its gradient with respect to the logits, [tokens, vocabulary]."""
    log_probabilities = (hidden @ weight.t()).log_softmax(-1, dtype=torch.float32)
    chosen = wanted[:, None]
    nats = -log_probabilities.gather(1, chosen)
    error = log_probabilities.exp().scatter_add(1, chosen, torch.full_like(chosen, -1, dtype=torch.float32))
    return nats, error.to(hidden.dtype)


class TiedCrossEntropy(torch.autograd.Function):
    """The gradients are computed on the way forward, so one chunk of logits is kept instead of all with their softmax:
    [4096, 8192] would be 128 MB in float32.
    """

    compiled = None  # `errors` with its passes over the logits fused; Llama.compile_layers

    @staticmethod
    def forward(ctx, hidden, embedding, targets, weights=None):
        """hidden [tokens, size] in the compute dtype, embedding float32 [vocabulary, size], targets [tokens].

        weights, float32 [tokens]: how much each token counts in the sum; without them each counts 1.
        """
        weight = embedding.to(hidden.dtype)
        grad_hidden, grad_weight = torch.empty_like(hidden), torch.zeros_like(embedding)
        total = torch.zeros((), device=hidden.device)
        chunk = CHUNK[hidden.device.type]
        for start in range(0, len(hidden), chunk):
            part, wanted = hidden[start : start + chunk], targets[start : start + chunk]
            # The last chunk has another length every time: not worth a compilation.
            function = TiedCrossEntropy.compiled if TiedCrossEntropy.compiled and len(part) == chunk else errors
            nats, error = function(part, weight, wanted)
            if weights is not None:
                of_each = weights[start : start + chunk, None]
                nats, error = nats * of_each, error * of_each.to(error.dtype)
            total += nats.sum()
            torch.mm(error, weight, out=grad_hidden[start : start + chunk])
            grad_weight += error.t() @ part
        ctx.save_for_backward(grad_hidden, grad_weight)
        return total

    @staticmethod
    def backward(ctx, grad):
        grad_hidden, grad_weight = ctx.saved_tensors
        return grad_hidden * grad.to(grad_hidden.dtype), grad_weight * grad, None, None


@torch.no_grad()
def token_nats(hidden, weight, targets):
    """Returns the cross-entropy of each token, float32 [tokens]; hidden and weight in one dtype, targets [tokens]."""
    chunk = CHUNK[hidden.device.type]
    parts = [(hidden[i : i + chunk] @ weight.t()).log_softmax(-1, dtype=torch.float32)
             .gather(1, targets[i : i + chunk, None]) for i in range(0, len(hidden), chunk)]
    return -torch.cat(parts)[:, 0]
