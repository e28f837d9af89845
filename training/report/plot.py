"""Plots as SVG, the same file from the same numbers: curves of a run can be drawn again from its record.

    python3 -m report.plot records/xs
"""

import argparse
import csv
import pathlib


def line_chart(path, series, x_label, y_label, log_x=False):
    """Writes an SVG of {label: [(x, y)]}; a label that begins with "_" has no entry in the legend.

    Without matplotlib nothing is written: a machine that only trains may not have it.
    """
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        print(f"{path} is not drawn: matplotlib is missing")
        return
    # The salt makes the ids in the file the same every time; text stays text.
    matplotlib.rcParams.update({"svg.hashsalt": "paddock", "svg.fonttype": "none", "font.size": 9, "axes.grid": True,
                                "grid.color": "#dddddd", "axes.spines.top": False, "axes.spines.right": False})
    figure = Figure(figsize=(7, 3.5))
    axes = figure.add_subplot()
    for label, points in series.items():
        axes.plot(*zip(*points), label=label, linewidth=1.2, marker="." if len(points) < 30 else None)
    axes.set(xlabel=x_label, ylabel=y_label)
    if log_x:
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter("{x:.0f}")
    if any(not label.startswith("_") for label in series):
        axes.legend(frameon=False)
    figure.savefig(path, format="svg", metadata={"Date": None}, bbox_inches="tight")


def draw_record(record):
    """Writes curve.svg from curve.csv, and held_out.svg from held_out.csv where a run measured itself."""
    with open(record / "curve.csv", newline="") as file:
        points = [(int(row["tokens"]) / 1e6, float(row["loss_nats_per_token"])) for row in csv.DictReader(file)]
    if points:
        line_chart(record / "curve.svg", {"_loss": points}, "million tokens", "training loss, nats per token")
    if (record / "held_out.csv").exists():
        with open(record / "held_out.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        series = {language: [(int(row["tokens"]) / 1e6, float(row[language])) for row in rows]
                  for language in rows[0] if language not in ("update", "tokens")} if rows else {}
        if series:
            line_chart(record / "held_out.svg", series, "million tokens", "held-out bits per byte")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("records", nargs="+", type=pathlib.Path, help="folders with curve.csv")
    for record in parser.parse_args().records:
        draw_record(record)


if __name__ == "__main__":
    main()
