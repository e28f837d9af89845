"""How a model uses a long context: its loss over the position, the power law of it, and whether it finds the first line.

After Xiong et al. 2023, "Effective long-context scaling of foundation models": the loss falls with the context c as
L(c) = (α/c)^β + γ (their section 4.3; 7 B parameters: α 25.4, β 0.45, γ 1.56); asking for the first sentence of the
context shows what the loss hides. A code model without instructions is asked by a comment that it has seen once, above the
first line:

    // The line below is asked for again.
    <first line>
    <the file from there on, up to the wanted length>
    // The line below is asked for again.
"""

import json
import random

import numpy
import torch

from measure.power_law import fit
from measure.sample import tokenizer_of

MARKER = "// The line below is asked for again."
ANSWER = 48  # tokens, at most
MARKERS = {"python": "#" + MARKER[2:]}


def edges(context):
    """Returns the positions at which buckets begin, two an octave, and the last one's end."""
    found = [8]
    while found[-1] < context:
        found.append(min(context, int(round(8 * 2 ** (len(found) / 2)))))
    return found


def loss_by_position(model, rows):
    """Returns (mean contexts [buckets], mean losses in nats [rows, buckets]) of uint16 rows [rows, context + 1].

    Position c is that of a token with c tokens before it.
    """
    device = model.embed_tokens.weight.device
    limits = edges(rows.shape[1] - 1)
    contexts = numpy.array([(low + high - 1) / 2 for low, high in zip(limits, limits[1:])])
    losses = []
    for row in rows.astype(numpy.int64):
        ids = torch.from_numpy(row)[None].to(device)
        nats = model.token_nats(ids[:, :-1], ids[:, 1:])[0].cpu().numpy()  # nats[i] had i + 1 tokens before it
        losses.append([nats[low - 1 : high - 1].mean() for low, high in zip(limits, limits[1:])])
    return contexts, numpy.array(losses)


def rouge_l(answer, wanted):
    """Returns ROUGE-L's F1 of two sequences (Lin 2004), here of token ids: 0 … 1."""
    lengths = [0] * (len(wanted) + 1)
    for token in answer:
        before = 0
        for i, other in enumerate(wanted, 1):
            before, lengths[i] = lengths[i], before + 1 if token == other else max(lengths[i], lengths[i - 1])
    return 2 * lengths[-1] / (len(answer) + len(wanted)) if answer and wanted else 0.0


def long_rows(encoded, context, of_each_file=4):
    """Returns uint16 [rows, context + 1] of encoded = [(ids of the path, ids of the text)].

    A row is the path and a stretch of one file, full to its end; a file that is shorter gives none.
    """
    rows = []
    for head, text in encoded:
        size = context + 1 - len(head)
        rows += [head + text[i * size : (i + 1) * size] for i in range(min(of_each_file, len(text) // size))]
    return numpy.array(rows, dtype=numpy.uint16).reshape(-1, context + 1)


def questions(documents, tokenizer, header, longest):
    """Returns a question, made of lists of ids, from each file that has at least `longest` tokens after some line: what
    comes before that line, the line, what follows it, and what asks.
    """
    random_ = random.Random(0)
    found = []
    for document in documents:
        marker = MARKERS.get(document["language"], MARKER) + "\n"
        lines = document["text"].split("\n")
        good = [i for i, line in enumerate(lines) if 24 <= len(line.strip()) <= 80 and lines.count(line) == 1]
        random_.shuffle(good)
        for i in good[:20]:
            rest = tokenizer.encode("\n" + "\n".join(lines[i + 1 :]))
            if len(rest) >= longest:
                head = header(tokenizer, document["path"])
                found.append({"head": head, "marker": tokenizer.encode(marker), "line": tokenizer.encode(lines[i].strip()),
                              "rest": rest[:longest], "ask": tokenizer.encode("\n" + marker)})
                break
    return found


def prompt(question, length, shown=True):
    """Returns the `length` ids that ask a question; without `shown`, the line is not there to be found."""
    before = question["head"] + (question["marker"] + question["line"] if shown else [])
    return before + question["rest"][: length - len(before) - len(question["ask"])] + question["ask"]


def retrieval(model, asked, lengths, stops):
    """Returns {length: mean ROUGE-L} of the greedy answers, and that at the shortest length without the line.

    Prompt and answer together are of that length, so that a model is not asked beyond what it was trained on.
    """
    from measure.decoding import greedy  # here, for it needs SentencePiece

    found = {}
    for length in [*lengths, "not there"]:
        shown = length != "not there"
        prompts = [prompt(question, (length if shown else lengths[0]) - ANSWER, shown) for question in asked]
        answers, _ = greedy(model, prompts, ANSWER, stops)
        scores = [rouge_l(answer, question["line"]) for answer, question in zip(answers, asked)]
        found[str(length)] = round(sum(scores) / len(scores), 4)
    return found


def held_out(data, work, tokenizer, context):
    """Returns {rows, questions, stops} from DATA/long-CONTEXT.json, made from the held-out files if it is not there."""
    path = data / f"long-{context}.json"
    if not path.exists():
        from text.forms import header  # only here, so that training works without SentencePiece
        from text.tokenizer import EOS, LINE_BREAKS

        folder, tokenizer = tokenizer, tokenizer_of(data, tokenizer)
        if tokenizer is None:
            raise SystemExit(f"no {path}, and no tokenizer in {folder} to make it with: bring the file, or give --tokenizer")
        with open(work / "held_out.jsonl", encoding="utf-8") as lines:
            documents = sorted(map(json.loads, lines), key=lambda document: (document["repository"], document["path"]))
        encoded = [(header(tokenizer, document["path"]), tokenizer.encode(document["text"])) for document in documents]
        breaks = range(tokenizer.size - len(LINE_BREAKS) + 1, tokenizer.size)  # the first of them is the tab
        path.write_text(json.dumps({
            "rows": evenly(long_rows(encoded, context).tolist(), 128), "stops": [EOS, *breaks],
            "questions": evenly(questions(documents, tokenizer, header, context), 64)}))
    return json.loads(path.read_text())


def evenly(values, count):
    """Returns `count` of the values; they are in the order of repositories, so of all of those."""
    return [values[i] for i in numpy.linspace(0, len(values) - 1, min(count, len(values))).astype(int)]


def measured(model, data, context, rows, asked):
    """Returns (losses [rows, buckets], result) of one model, on `rows` rows and `asked` questions at each length."""
    rows = numpy.array(evenly(data["rows"], rows), dtype=numpy.uint16)
    asked = evenly(data["questions"], asked)
    contexts, losses = loss_by_position(model, rows)
    lengths = [length for length in (256, 1024, 2048, 4096, 8192, 16384) if length <= context]
    known = contexts < model.config.max_position_embeddings  # beyond, a model that was not trained there follows no law
    return losses, {"rows": len(rows), "questions": len(asked), "contexts": contexts.tolist(),
                    "loss": losses.mean(0).round(4).tolist(), "power_law": fit(contexts[known], losses[:, known]),
                    "rouge_l": retrieval(model, asked, lengths, set(data["stops"]))}
