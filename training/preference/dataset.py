"""Graded answers to many places: the truth, the model's own samples, corruptions, unsafe variants, each looked at once."""

import dataclasses
import random

import torch

from measure.decoding import Decoder
from preference.answers import Reader
from preference.checks import quality
from preference.features import features
from preference.places import places_in, worse_answers
from preference.unsafe import variants
from text.forms import prefix_suffix_middle, suffix_prefix_middle

TEMPERATURES = (0.0, 0.7, 0.9, 1.1)
STEPS = 48  # tokens of a sample
LONGEST_ANSWER = 160  # tokens; a longer one is left out


@dataclasses.dataclass
class Answer:
    place: int
    kind: str  # truth, sample, the name of a corruption, unsafe, unseen (an unsafe kind that is held out)
    text: str
    ids: list
    quality: float  # for the helpful head
    harm: int  # for the safe head: 0 for the worst level … 3, 4 for none
    before: str = ""  # what the model was shown
    after: str = ""
    log_probs: tuple = ()  # of `ids`
    entropies: tuple = ()
    end: float = 0.0  # log-probability of </s> after them


def answers_to(places, own, tokenizer, random_):
    """Returns [Answer] for places and the model's `own` samples (lists of ids) to each."""
    found = []
    for number, (place, samples) in enumerate(zip(places, own)):
        def add(kind, text, harm=4, ids=None):
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
    return found


def build(model, tokenizer, documents, count, seed, batch=16, progress=print):
    """Returns ([Answer], hidden float16 [answers, 2 · size]): the state of the last token beside the mean."""
    random_, generator = random.Random(f"preferences {seed}"), torch.Generator().manual_seed(seed)
    places, decoder = places_in(documents, count, random_), Decoder(model)
    answers, hidden = [], []
    for start in range(0, count, batch):
        part = places[start : start + batch]
        prompts = []
        for number, place in enumerate(part):
            arrange = suffix_prefix_middle if (start + number) % 2 else prefix_suffix_middle
            prompts.append(arrange(tokenizer, place.path, place.window_before, place.window_after))
        with torch.no_grad():
            reader = Reader(decoder, prompts, room=LONGEST_ANSWER)
        graded = [answer for answer in answers_to(part, reader.sample(TEMPERATURES, STEPS, generator), tokenizer, random_)
                  if len(answer.ids) <= LONGEST_ANSWER]
        for answer, seen in zip(graded, reader.look_at([answer.ids for answer in graded], [answer.place for answer in graded])):
            place = part[answer.place]
            answers.append(dataclasses.replace(
                answer, place=start + answer.place, before=place.window_before, after=place.window_after,
                log_probs=tuple(seen["log_probs"]), entropies=tuple(seen["entropies"]), end=seen["end"]))
            hidden.append(torch.cat([seen["last"], seen["mean"]]).half())
        if start // batch % 5 == 4:
            progress(f"{start + len(part)} of {count} places, {len(answers)} answers", flush=True)
    return answers, torch.stack(hidden)


def table_of(answers):
    """Returns float32 [answers, features.NAMES]."""
    return torch.tensor([features(answer.before, answer.after, answer.text, answer.log_probs, answer.entropies, answer.end)
                         for answer in answers])


def groups_of(answers, value, wanted=lambda answer: True):
    """Returns [[(index, value)]]: one list for each place."""
    found = {}
    for index, answer in enumerate(answers):
        if wanted(answer):
            found.setdefault(answer.place, []).append((index, value(answer)))
    return list(found.values())
