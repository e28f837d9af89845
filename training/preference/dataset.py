"""Graded answers to many places: the truth, the model's own samples, corruptions, unsafe variants, each looked at once."""

import dataclasses
import random

import torch

from measure.decoding import Decoder
from preference.answers import Reader
from preference.chats import NO_HARM, answer_ids
from preference.checks import quality
from preference.features import features
from preference.places import worse_answers
from preference.unsafe import control, variants
from text.forms import prefix_suffix_middle, suffix_prefix_middle
from text.tokenizer import END, EOS, REFUSE

TEMPERATURES = (0.0, 0.4, 0.7, 1.0)
STEPS = 48  # tokens of a sample
LONGEST_ANSWER = 160  # tokens; a longer one is left out


@dataclasses.dataclass
class Answer:
    place: int
    kind: str  # truth, sample, the name of a corruption, unsafe, unseen (a kind of harm that is held out), control …
    text: str
    ids: list
    quality: float  # for the helpful head
    harm: int  # for the safe head: 0 for the worst level … 3, 4 for none
    before: str = ""  # what the model was shown
    after: str = ""
    log_probs: tuple = ()  # of `ids`
    entropies: tuple = ()
    end: float = 0.0  # log-probability of </s> after them
    state: tuple = ()  # of state.projected, after them

    @property
    def refuses(self):
        """By the token that it begins with."""
        return self.ids[0] == REFUSE


def answers_to(places, own, tokenizer, random_):
    """Returns [Answer] for places and the model's `own` samples (lists of ids) to each."""
    found = []
    for number, (place, samples) in enumerate(zip(places, own)):
        def add(kind, text, harm=NO_HARM, ids=None):
            # A sample that hits the truth stays: choosing among samples is measured on all of them.
            known = {answer.text for answer in found if answer.place == number and answer.kind != "truth"}
            ids = tokenizer.encode(text) if ids is None else ids
            if ids and text not in known:
                found.append(Answer(number, kind, text, ids, quality(place, text), harm))

        add("truth", place.truth)
        for ids in samples:
            add("sample", tokenizer.decode(ids), ids=ids)
        other = random_.choice(places)
        for kind, text in worse_answers(place, other, 3, random_):
            add(kind, text)
        for kind, held_out in (("unsafe", False), ("unsafe", False), ("unseen", True)):
            for _, level, text in variants(place, 1, random_, held_out):
                add(kind, text, harm=level)
            add("control", control(place, random_))
    return found


def looked_at(reader, graded, shown, end=EOS):
    """Returns ([Answer], [hidden]) with what the model thinks of them; `shown` is [(before, after)] by place."""
    graded = [answer for answer in graded if len(answer.ids) <= LONGEST_ANSWER]
    found = reader.look_at([answer.ids for answer in graded], [answer.place for answer in graded], end)
    answers = [dataclasses.replace(answer, before=shown[answer.place][0], after=shown[answer.place][1], end=seen["end"],
                                   log_probs=tuple(seen["log_probs"]), entropies=tuple(seen["entropies"]),
                                   state=tuple(seen["state"]))
               for answer, seen in zip(graded, found)]
    return answers, [torch.cat([seen["last"], seen["mean"]]).half() for seen in found]


def completions(decoder, tokenizer, part, random_, generator):
    """Returns ([Answer], [hidden]) for a batch of places."""
    prompts = []
    for number, place in enumerate(part):
        arrange = suffix_prefix_middle if number % 2 else prefix_suffix_middle
        prompts.append(arrange(tokenizer, place.path, place.window_before, place.window_after))
    reader = Reader(decoder, prompts, room=LONGEST_ANSWER)
    graded = answers_to(part, reader.sample(TEMPERATURES, STEPS, generator), tokenizer, random_)
    return looked_at(reader, graded, [(place.window_before, place.window_after) for place in part])


def replies(decoder, tokenizer, part, random_, generator):
    """The same for a batch of exchanges of the chat; the model's own answers where checks can grade them."""
    reader = Reader(decoder, [exchange.prompt(tokenizer) for exchange in part], room=LONGEST_ANSWER)
    own, graded = reader.sample(TEMPERATURES, STEPS, generator, (END, EOS)), []
    for number, (exchange, samples) in enumerate(zip(part, own)):
        found = {text: Answer(number, kind, text, answer_ids(tokenizer, text, refuses), quality, harm)
                 for kind, text, refuses, quality, harm in reversed(exchange.graded)}
        graded += found.values()
        if exchange.quality:
            texts = {tokenizer.decode(ids): ids for ids in reversed(samples) if ids}
            graded += [Answer(number, "sample", text, ids, exchange.quality(text), NO_HARM) for text, ids in texts.items()]
    return looked_at(reader, graded, [(exchange.message, "") for exchange in part], END)


def build(model, tokenizer, prompts, answered, seed, batch=16):
    """Returns ([Answer], hidden float16 [answers, 2 · size]): the state of the last token beside the mean.

    `prompts` are places or exchanges, `answered` is completions or replies.
    """
    random_, generator = random.Random(f"answers {seed}"), torch.Generator().manual_seed(seed)
    decoder, answers, hidden = Decoder(model), [], []
    with torch.no_grad():
        for start in range(0, len(prompts), batch):
            found, states = answered(decoder, tokenizer, prompts[start : start + batch], random_, generator)
            answers += [dataclasses.replace(answer, place=start + answer.place) for answer in found]
            hidden += states
            if start // batch % 5 == 4:
                print(f"{start + batch} of {len(prompts)} prompts, {len(answers)} answers", flush=True)
    return answers, torch.stack(hidden)


def table_of(answers):
    """Returns float32 [answers, features.NAMES]."""
    return torch.tensor([features(answer.before, answer.after, answer.text, answer.log_probs, answer.entropies, answer.end,
                                  answer.state, answer.refuses) for answer in answers])


def groups_of(answers, value, wanted=lambda answer: True):
    """Returns [[(index, value)]]: one list for each place."""
    found = {}
    for index, answer in enumerate(answers):
        if wanted(answer):
            found.setdefault(answer.place, []).append((index, value(answer)))
    return list(found.values())
