"""Reads committed files of git repositories, bare or checked out, and decides under which licence they are."""

import os
import subprocess

from corpus.licences import DOCUMENTS, DOCUMENTS_FILE, LICENCE_FILE, licence_of


def repositories_in(folder):
    """Yields (owner/name, git path) for each `owner+name` entry, sorted by name."""
    for entry in sorted(folder.iterdir(), key=lambda path: path.name.lower()):
        if not entry.is_dir() or "+" not in entry.name:
            continue
        for candidate in (entry, entry / "repo", entry / "repo" / ".git"):
            if (candidate / ".git").exists() or (candidate / "HEAD").is_file():
                yield entry.name.replace("+", "/", 1), candidate
                break


class Repository:
    """One repository at HEAD.

    `licence` is the short name of its licence, or None when it may not be used: no licence text that we know, or any
    that is not allowed.
    """

    def __init__(self, name, path):
        self.name = name
        self._path = path
        self.commit = self._git("rev-parse", "HEAD").strip()
        self.sizes = {}  # path -> bytes
        for entry in self._git("ls-tree", "-r", "-l", "-z", "HEAD").split("\0"):
            meta, _, file = entry.partition("\t")
            fields = meta.split()
            # Mode 120000 is a symbolic link, 160000 a submodule: neither holds code. A partial clone has no size for
            # the files it left out.
            if len(fields) == 4 and fields[0].startswith("100") and fields[3].isdigit():
                self.sizes[file] = int(fields[3])
        self._reader = subprocess.Popen(["git", "-C", str(path), "cat-file", "--batch"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.licence, self._foreign = self._licences()

    def _git(self, *arguments):
        result = subprocess.run(["git", "-C", str(self._path), *arguments], capture_output=True, check=True)
        return result.stdout.decode("utf-8", "replace")

    def files(self, max_bytes):
        return [path for path, size in sorted(self.sizes.items()) if 0 < size <= max_bytes]

    def read(self, path):
        """Returns the file's text, or None if it is not UTF-8."""
        if "\n" in path:
            return None
        self._reader.stdin.write(f"HEAD:{path}\n".encode())
        self._reader.stdin.flush()
        header = self._reader.stdout.readline().split()
        if header[-1] == b"missing":
            return None
        content = self._reader.stdout.read(int(header[2]))
        self._reader.stdout.read(1)  # the newline after the blob
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            return None

    def _licences(self):
        """Returns (licence of the root, folders whose own licence file is not an allowed one)."""
        root, foreign = [], []
        for path in self.sizes:
            folder, file = os.path.split(path)
            if LICENCE_FILE.match(file) and not file.endswith((".py", ".js", ".ts")):
                licence = licence_of(self.read(path) or "")
                if not folder and DOCUMENTS_FILE.search(file):
                    foreign += DOCUMENTS if licence in (None, "forbidden") else ()
                elif not folder:
                    root.append(licence)
                elif licence in (None, "forbidden"):
                    foreign.append(folder + "/")
        allowed = sorted({licence for licence in root if licence not in (None, "forbidden")})
        return (None if "forbidden" in root or not allowed else " or ".join(allowed)), tuple(foreign)

    def close(self):
        self._reader.communicate()

    def foreign_folder(self, path):
        return path.startswith(self._foreign)
