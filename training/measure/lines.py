"""Held-out line completion: what a model writes where the rest of a line was cut off, in three forms of prompt.

    spm, psm  fill in the middle, with the text after the cursor's line; prefix  left to right, without it

Greedy, up to STEPS tokens, judged up to the line's end. Asked as the extension asks, with token healing by the engine's
rule (`measure/healing.py`): the tokens at the prompt's end that begin a longer one are taken back, the answer has to
begin with their text, and what is judged is what follows it; an answer that does not begin with it counts as empty.
The likelihood of the true rest, in the tokens it has by itself behind the whole prompt with nothing taken back, is read
in the same pass.
"""

from measure.decoding import greedy
from measure.healing import Beginning, TokenTexts
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
    stops, texts = line_ends(tokenizer), TokenTexts(tokenizer)
    rests = [tokenizer.encode(place.rest) for place in places]
    for form in forms:
        asked = [texts.heal(ids) for ids in prompts(tokenizer, places, form)]
        found, nats = greedy(model, [healed.ids for healed in asked], STEPS, stops,
                             [healed.taken + rest for healed, rest in zip(asked, rests)], batch_tokens,
                             [Beginning(texts, healed.text) for healed in asked])
        answers[form] = [healed.behind(tokenizer.decode(ids)) for healed, ids in zip(asked, found)]
        figures[form] = score(places, answers[form], [sum(each[len(healed.taken) :]) for healed, each in zip(asked, nats)])
    return figures, answers
