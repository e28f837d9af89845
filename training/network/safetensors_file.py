"""The safetensors format: 8 bytes of header length, a JSON header, then the tensors' bytes.

Format: https://github.com/huggingface/safetensors (README, "Format"). Written out here because it is short and the
package is not everywhere.
"""

import json
import struct

import numpy
import torch

_NAMES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}
_TYPES = {name: dtype for dtype, name in _NAMES.items()}


def write_safetensors(path, tensors, metadata=None):
    """Writes {name: tensor}, sorted by name, little-endian; `metadata` is {string: string}."""
    header, blobs, offset = {"__metadata__": metadata or {"format": "pt"}}, [], 0
    for name, tensor in sorted(tensors.items()):
        # numpy has no bfloat16, so its two bytes travel as an int16.
        raw = tensor.detach().cpu().contiguous()
        raw = raw.view(torch.int16) if raw.dtype in (torch.bfloat16, torch.float16) else raw
        blob = raw.numpy().tobytes()
        header[name] = {"dtype": _NAMES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)  # the data starts at a multiple of 8
    path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + b"".join(blobs))


def read_safetensors(path):
    """Returns {name: tensor} of a file in one of the types that are written above."""
    content = numpy.fromfile(path, dtype=numpy.uint8)
    (length,) = struct.unpack("<Q", content[:8].tobytes())
    header = json.loads(content[8 : 8 + length].tobytes())
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            dtype = _TYPES[entry["dtype"]]
            raw = content[start:end].copy().view(numpy.float32 if dtype == torch.float32 else numpy.int16)
            tensors[name] = torch.from_numpy(raw).view(dtype).reshape(entry["shape"])
    return tensors
