"""Held-out line completion: what a model writes where the rest of a line was cut off, in three forms of prompt.

    spm, psm  fill in the middle, with the text after the cursor's line; prefix  left to right, without it

Greedy, up to STEPS tokens, judged up to the line's end. The likelihood of the true rest is read in the same pass.
"""

from measure.decoding import greedy
from measure.places import prompts, score
from text.tokenizer import EOS

FORMS = ("spm", "psm", "prefix")
STEPS = 64


def line_ends(tokenizer):
    """Returns the ids after which a line is over: `</s>` and every piece with a line break."""
    return {EOS, *(token for token in range(tokenizer.size) if "\n" in tokenizer.decode([token]))}


def complete_lines(model, tokenizer, places, forms=FORMS, batch_tokens=8192):
    """Returns ({form: figures by language}, {form: answers}); figures as in `measure.places.score`."""
    figures, answers = {}, {}
    stops = line_ends(tokenizer)
    rests = [tokenizer.encode(place.rest) for place in places]
    for form in forms:
        asked = prompts(tokenizer, places, form)
        found, nats = greedy(model, asked, STEPS, stops, rests, batch_tokens)
        answers[form] = [tokenizer.decode(ids) for ids in found]
        figures[form] = score(places, answers[form], nats)
    return figures, answers
