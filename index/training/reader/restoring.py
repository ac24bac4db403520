"""Make of the shipped model.onnx a folder that training goes on from: its weights as `export` rounded them.

    python -m index.training.reader.restoring DATA_FOLDER WORK_FOLDER [--shipped rag/models/reader]

WORK_FOLDER gets encoder/, reader.pt, tokenizer.json and lexicon.tsv.gz; `examples` writes what else is read.
"""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import BertConfig, BertModel

from index.training.reader.model import ReaderNetwork
from index.training.reader.pruning import lexicon_of, save_lexicon, unlimited

SHIPPED = Path(__file__).parents[3] / "rag" / "models" / "reader"
_WORDS = "bert.embeddings.word_embeddings.weight"
_PRODUCT = re.compile(r"/(?:MatMul|Gemm)(?:_MatMul)?(?:_quant)?$")
"""How the name of a product of matrices ends, after its layer's."""
HEADS = 12
"""Heads of attention in each of multilingual-e5-small's layers."""


def weights(file: Path) -> dict[str, torch.Tensor]:
    """Give the weights of an exported reader by the names they have in `ReaderNetwork`, in single precision."""
    graph = onnx.load(str(file)).graph
    kept = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    found = {name: each for name, each in kept.items() if name.startswith(("bert.", "span.", "pool.", "ans."))}
    found = {name: each for name, each in found.items() if name.endswith((".weight", ".bias"))}
    for node in graph.node:
        if node.op_type in ("MatMul", "MatMulInteger") and node.input[1] in kept:
            layer = _PRODUCT.sub("", node.name).strip("/").replace("/", ".")
            found[f"{layer}.weight"] = _widened(kept, node.input[1].removesuffix("_quantized")).T
    for name in (name.removesuffix(".rows") for name in kept if name.endswith(".rows")):
        found[name] = kept[f"{name}.rows"].astype(np.float32) * kept[f"{name}.scales"]
    return {name: torch.tensor(np.ascontiguousarray(each)) for name, each in found.items()}


def _widened(kept: dict[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    if name in kept:
        return kept[name].astype(np.float32)
    rows, zero, scale = (kept[f"{name}_{part}"].astype(np.float32) for part in ("quantized", "zero_point", "scale"))
    return np.asarray((rows - zero) * scale, np.float32)


def restore(shipped: Path, work: Path, *, heads: int = HEADS) -> None:
    """Write encoder/, reader.pt and tokenizer.json to `work`; `heads` of attention a layer, which no weight tells.

    Raises RuntimeError where a weight is missing.
    """
    state = weights(shipped / "model.onnx")
    layers = 1 + max(int(name.split(".")[3]) for name in state if name.startswith("bert.encoder.layer."))
    config = BertConfig(
        vocab_size=len(state[_WORDS]),
        hidden_size=state[_WORDS].shape[1],
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=len(state["bert.encoder.layer.0.intermediate.dense.weight"]),
        max_position_embeddings=len(state["bert.embeddings.position_embeddings.weight"]),
        pad_token_id=unlimited(shipped / "tokenizer.json").token_to_id("<pad>"),
    )
    work.mkdir(parents=True, exist_ok=True)
    BertModel(config, add_pooling_layer=False).save_pretrained(work / "encoder")
    network = ReaderNetwork(work / "encoder")
    network.load_state_dict(state)
    torch.save(network.state_dict(), work / "reader.pt")
    shutil.copyfile(shipped / "tokenizer.json", work / "tokenizer.json")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the data folder, see index/training/corpus.py")
    parser.add_argument("work", type=Path)
    parser.add_argument("--shipped", type=Path, default=SHIPPED)
    arguments = parser.parse_args()
    restore(arguments.shipped, arguments.work)
    save_lexicon(lexicon_of(arguments.folder), arguments.work / "lexicon.tsv.gz")


if __name__ == "__main__":
    main()
