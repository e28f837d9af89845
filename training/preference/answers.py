"""Answers of the model to prompts, and what it thinks of answers: probabilities and hidden states.

A prompt is read once; its cache is then repeated for every sample and for every answer that is looked at.
"""

import torch
from torch.nn.utils.rnn import pad_sequence

from measure.decoding import Decoder
from preference.state import projected
from text.tokenizer import EOS


class Reader:
    """The model, with the prompts of a batch read into a cache."""

    def __init__(self, model, prompts, room):
        """Reads `prompts` (lists of ids), which may each be followed by up to `room` more tokens."""
        self.decoder = model if isinstance(model, Decoder) else Decoder(model)
        device = self.decoder.device
        self.lengths = torch.tensor([len(ids) for ids in prompts], device=device)
        ids = pad_sequence([torch.tensor(ids) for ids in prompts], batch_first=True).to(device)
        width = ids.shape[1]
        self.cache = self.decoder.empty_cache(len(prompts), width + room + 1)
        hidden = self.decoder.hidden(ids, torch.arange(width, device=device).expand_as(ids), self.cache)
        self.first = hidden[torch.arange(len(prompts), device=device), self.lengths - 1]  # [prompts, size]

    @torch.no_grad()
    def sample(self, temperatures, steps, generator, stops=(EOS,)):
        """Returns for each prompt one answer (a list of ids) for each of `temperatures`; 0 is greedy."""
        prompts, each = len(self.lengths), len(temperatures)
        cache = self.cache.repeat_interleave(each, 2)
        at = self.lengths.repeat_interleave(each)
        heat = torch.tensor(temperatures, device=at.device).repeat(prompts)[:, None]
        hidden = self.first.repeat_interleave(each, 0)
        found, ended = [[] for _ in range(prompts * each)], torch.zeros(prompts * each, dtype=torch.bool)
        for _ in range(steps):
            logits = self.decoder.logits(hidden)
            drawn = torch.multinomial((logits / heat.clamp(min=1e-3)).softmax(-1).cpu(), 1, generator=generator)[:, 0]
            token = torch.where(heat[:, 0].cpu() > 0, drawn, logits.argmax(-1).cpu())
            for row, new in enumerate(token.tolist()):
                ended[row] |= new in stops
                if not ended[row]:
                    found[row].append(new)
            if ended.all():
                break
            hidden = self.decoder.hidden(token.to(at.device)[:, None], at[:, None], cache)[:, 0]
            at = at + 1
        return [found[i * each : (i + 1) * each] for i in range(prompts)]

    @torch.no_grad()
    def look_at(self, answers, rows, end=EOS):
        """Returns for each of `answers` (lists of ids) to the prompt of that row a dict:

        log_probs, entropies: of its tokens; end: log-probability of the token `end` after it; last, mean: hidden states, float32
        [size], of its last token and on average over its tokens; state: a projection of the last one.
        """
        device = self.lengths.device
        rows = torch.tensor(rows, device=device)
        ids = pad_sequence([torch.tensor(answer) for answer in answers], batch_first=True).to(device)
        at = self.lengths[rows][:, None] + torch.arange(ids.shape[1], device=device)
        own = self.decoder.hidden(ids, at, self.cache[:, :, rows])
        hidden = torch.cat([self.first[rows][:, None], own], 1)  # the state each token and the end is told from
        found = []
        for row, answer in enumerate(answers):
            count = len(answer)
            log_probs = self.decoder.logits(hidden[row, : count + 1]).log_softmax(-1)
            targets = torch.tensor([*answer, end], device=device)
            entropy = -(log_probs.exp() * log_probs).sum(-1)[:count]
            chosen = log_probs.gather(1, targets[:, None])[:, 0].tolist()
            found.append({"log_probs": chosen[:-1], "entropies": entropy.tolist(), "end": chosen[-1],
                          "state": projected(log_probs[-1]),
                          "last": own[row, count - 1].cpu(), "mean": own[row, :count].mean(0).cpu()})
        return found
