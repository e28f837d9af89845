"""What a run leaves under records/NAME: its settings, and the curve of its loss."""

import csv
import hashlib
import json
import pathlib

import torch

COLUMNS = ["update", "tokens", "seconds", "learning_rate", "loss_nats_per_token"]


def digest(*paths):
    """Returns the SHA-256 of files, one after the other."""
    found = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                found.update(block)
    return found.hexdigest()


def write_settings(run, files=(), **more):
    """Writes records/NAME/settings.json: configuration, options, SHA-256 of the data files, and what `more` says."""
    options = {key: value for key, value in vars(run.options).items() if isinstance(value, (int, float, str, list, type(None)))}
    data = {pathlib.Path(file).name: digest(file) for file in files}
    device = torch.cuda.get_device_name() if run.device.type == "cuda" else "cpu"
    content = {**vars(run.model.config), **options, "from": run.options.source and run.options.source.name,
               "data_sha256": data, "torch": torch.__version__, "device": device, **more,
               "updates": run.state["update"], "tokens_seen": run.state["tokens"], "seconds": round(run.state["seconds"])}
    (run.record / "settings.json").write_text(json.dumps(content, indent=1) + "\n")


class Curve:
    """A CSV file that grows, its first column the update; what a killed run wrote after its last checkpoint is taken out."""

    def __init__(self, path, update, columns=COLUMNS):
        self.path = path
        rows = []
        if path.exists():
            with open(path, newline="") as file:
                rows = [row for row in list(csv.reader(file))[1:] if int(row[0]) <= update]
        with open(path, "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *rows])

    def add(self, row):
        with open(self.path, "a", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(row)
