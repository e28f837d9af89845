"""The safetensors format: 8 bytes of header length, a JSON header, then the tensors' bytes.

Format: https://github.com/huggingface/safetensors (README, "Format"). Written out here because it is short and the
package is not everywhere.
"""

import json
import struct

import torch

_NAMES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}


def write_safetensors(path, tensors):
    """Writes {name: tensor}, sorted by name, little-endian."""
    header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
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
