"""The comparison of positions as a table and as plots."""

from report.plot import line_chart


def table(results):
    """Returns the comparison as Markdown."""
    lengths = list(next(iter(results.values()))["rouge_l"])
    lines = ["Mean loss in nats per token up to position 512, in the last octave, and there against plain RoPE; the power law",
             "L(c) = (α/c)^β + γ within the trained length; both with 95 % intervals; ROUGE-L of the first line, asked for after",
             "so many tokens, and where it is not there to be found.", "",
             "| positions | ≤ 512 | last octave | against rope | α | β | γ | " + " | ".join(lengths) + " |",
             "|---|" + "---:|" * (6 + len(lengths))]
    for name, result in results.items():
        early = [loss for context, loss in zip(result["contexts"], result["loss"]) if context <= 512]
        law = " | ".join("{:.2f} ({:.2f} … {:.2f})".format(*result["power_law"][part]) for part in ("alpha", "beta", "gamma"))
        against = "{:+.3f} ({:+.3f} … {:+.3f})".format(*result["against_rope"]) if "against_rope" in result else "–"
        scores = " | ".join(f"{result['rouge_l'][length]:.2f}" for length in lengths)
        lines.append(f"| {name} | {sum(early) / len(early):.3f} | {sum(result['loss'][-2:]) / 2:.3f} | {against} | {law} | {scores} |")
    return "\n".join(lines) + "\n"


def write_report(record, results):
    """Writes long_context.md, loss.svg and retrieval.svg of {name: result of measure.long_context.measured}."""
    (record / "long_context.md").write_text(table(results))
    print(table(results))
    line_chart(record / "loss.svg", {name: list(zip(result["contexts"], result["loss"])) for name, result in results.items()},
               "tokens before", "held-out loss, nats per token", log_x=True)
    line_chart(record / "retrieval.svg", {name: [(int(length), score) for length, score in result["rouge_l"].items()
                                                 if length.isdigit()] for name, result in results.items()},
               "length of the prompt, tokens", "ROUGE-L of the first line", log_x=True)
