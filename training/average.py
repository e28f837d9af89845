"""Averages the weights of a run and of one that continued it.

    python3 average.py --from work/xs-9-tuned --and work/xs-10-tuned --share 0.4 --name xs-9-10

Between the two, held-out loss lies below the line between theirs, and often below both (Izmailov et al. 2018, arXiv
1803.05407; Wortsman et al. 2022, arXiv 2203.05482). That holds for the weights as they are; rounded to 4 bits they are no
better than either until training brings them back to the grid: `tune.py --round-from 0`.

Writes work/NAME/checkpoint.pt, weights without an optimiser's state, to be continued or measured; and what it is made of,
records/NAME/settings.json.
"""

import argparse
import json
import pathlib

from network import checkpoint

HERE = pathlib.Path(__file__).parent


def averaged(first, second, share):
    """Returns the content of a checkpoint: (1 − share) · first + share · second, of the averaged weights of two checkpoints.

    Raises ValueError where they are not of one configuration.
    """
    if first["config"] != second["config"]:
        raise ValueError("the two models are not of one configuration")
    weights = {name: weight.lerp(second["average"][name].to(weight), share) for name, weight in first["average"].items()}
    return {"model": weights, "average": weights, "config": first["config"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--records", type=pathlib.Path, default=HERE / "records")
    parser.add_argument("--from", dest="source", type=pathlib.Path, required=True, help="a checkpoint or a model folder")
    parser.add_argument("--and", dest="other", type=pathlib.Path, required=True, help="the one that continued it")
    parser.add_argument("--share", type=float, default=0.5, help="of the one that continued it, 0 to 1")
    parser.add_argument("--name", required=True, help="of what is written, in --work")
    options = parser.parse_args()
    if not 0 <= options.share <= 1:
        parser.error("--share lies between 0 and 1")
    try:
        content = averaged(checkpoint.read(options.source), checkpoint.read(options.other), options.share)
    except ValueError as error:
        parser.error(f"{options.source} and {options.other}: {error}")
    folder = options.work / options.name
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint.save(folder / "checkpoint.pt", content)
    made_of = f"{1 - options.share:g} × {options.source.name} + {options.share:g} × {options.other.name}"
    record = options.records / options.name
    record.mkdir(parents=True, exist_ok=True)
    settings = {**content["config"], "name": options.name, "from": made_of}
    (record / "settings.json").write_text(json.dumps(settings, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("wrote", folder / "checkpoint.pt")


if __name__ == "__main__":
    main()
