"""Greedy continuation with a KV cache, for measurements."""

import torch


@torch.no_grad()
def greedy(model, prompts, limit, stops=()):
    """Returns a list of up to `limit` ids for each of the prompts, which are of one length; a stop ends it and is left out."""
    ids = torch.tensor(prompts, device=model.embed_tokens.weight.device)
    memory = [[] for _ in model.layers]
    answers = [[] for _ in prompts]
    open_ = set(range(len(prompts)))
    for _ in range(limit):
        tokens = model.logits(model.hidden(ids, memory)[:, -1]).argmax(-1)
        for number, token in enumerate(tokens.tolist()):
            if token in stops:
                open_.discard(number)
            elif number in open_:
                answers[number].append(token)
        if not open_:
            break
        ids = tokens[:, None]
    return answers
