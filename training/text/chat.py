"""The chat format: turns between control tokens, an answer that begins with its decision to comply or to refuse.

    <s><|system|>S<|end|><|user|>U<|end|><|assistant|><|comply|>A<|end|><|user|>…

No white space around control tokens. The first token of an answer is `<|comply|>` or `<|refuse|>` (arXiv 2412.06748):
its probability, read after `<|assistant|>`, is what a dial can put a threshold on.
"""

import math

from text.tokenizer import ASSISTANT, BOS, COMPLY, END, REFUSE, SYSTEM, USER

# The same as Jinja, for tokenizer_config.json. The decision token is the model's to write, so a history shows it again
# only where the message still has it.
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' }}{{ message['content'] }}{{ '<|end|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
# The share refused of the requests that teach the decision (instruct/refusals.py), and the share that is assumed at the middle
# of the dial, a probability of one half. Held-out requests are judged wrongly equally seldom from one in ten to one in four of
# them, by the weights as the engine rounds them (measure/refusals.py --rounded). In that range the larger leaves the dial's
# strict end the more to say; this one lets it refuse two in five of the borderline requests, and of the ordinary ones fewer
# than one in fifty (`paddock audit`).
REFUSED_IN_DATA, REFUSED_AT_MIDDLE = 1.5 / 3, 2 / 9
# Taken off the log-odds of a refusal, whose probability is then what it would be with that share (Saerens et al. 2002,
# Adjusting the outputs of a classifier to new a priori probabilities). The engine reads it from tokenizer_config.json.
_ODDS = [share / (1 - share) for share in (REFUSED_IN_DATA, REFUSED_AT_MIDDLE)]
REFUSAL_OFFSET = round(math.log(_ODDS[0]) - math.log(_ODDS[1]), 4)
_ROLES = {"system": SYSTEM, "user": USER, "assistant": ASSISTANT}

# The one wording the command "Explain Selection" sends; other wordings are trained on as well, this one most of all.
EXPLAIN = "Explain this code."


def fence(code, language):
    """Returns the code as a Markdown block, its common indentation removed beforehand by the caller.

    `language` is typescript, javascript, python … A block that itself holds a fence gets a longer one.
    """
    ticks = "```"
    while ticks in code:
        ticks += "`"
    return f"{ticks}{language}\n{code}\n{ticks}"


def explain_request(code, language):
    """Returns the user's message of "Explain Selection": the wording, an empty line, the code in a fence."""
    return f"{EXPLAIN}\n\n{fence(code, language)}"


def dialogue(tokenizer, turns, learn=lambda number: True):
    """Returns (ids, learned), lists of equal length, of a conversation.

    `turns` is a list of (role, text, refuses); `refuses` is None where no decision token is wanted (system, user, and
    answers without one). `learned` is 1 for the tokens an update should learn from: the answers, their decision and
    their `<|end|>`, in those turns for which `learn(number of the turn)` holds.
    """
    ids, learned = [BOS], [0]
    for number, (role, text, refuses) in enumerate(turns):
        decision = [] if refuses is None else [REFUSE if refuses else COMPLY]
        content = [*decision, *tokenizer.encode(text), END]
        ids += [_ROLES[role], *content]
        learned += [0, *[int(role == "assistant" and learn(number))] * len(content)]
    return ids, learned


def prompt(tokenizer, turns):
    """Returns the ids of a conversation up to where the next answer begins, its decision token."""
    ids, _ = dialogue(tokenizer, turns)
    return [*ids, ASSISTANT]
