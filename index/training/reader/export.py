"""Write a trained reader as rag/models/reader/model.onnx: eight-bit weights, no torch needed to run it.

python -m index.training.reader.export WORK_FOLDER OUTPUT_FOLDER [--full]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from index.training.reader.batches import Batch
from index.training.reader.fitting import drawn, read
from index.training.reader.model import ReaderNetwork, trained

READ = 3
"""Batches of training passages that are read to see how large the layers' numbers get."""
LOUD = 20.0
"""Where a layer's second product takes numbers beyond this, it stays in single precision: one such number among many
below two would leave these a bit or two of the eight."""
INPUTS = ("ids", "types", "mask")


def trace(network: ReaderNetwork, file: Path) -> None:
    """Write the network as it is, in single precision."""
    example = torch.ones((2, 60), dtype=torch.long)
    axes = {name: {0: "texts", 1: "pieces"} for name in (*INPUTS, "spans")}
    with warnings.catch_warnings(action="ignore"):  # the newer exporter wants one package more, for the same graph
        torch.onnx.export(
            network.eval(),
            (example, torch.zeros_like(example), example),
            str(file),
            input_names=list(INPUTS),
            output_names=["spans", "answers"],
            dynamic_axes={**axes, "answers": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )


def shrink_embeddings(source: Path, target: Path) -> None:
    """Store the embedding of each piece as eight-bit integers with a scale of its own; looked up, then multiplied."""
    model = onnx.load(str(source))
    graph = model.graph
    table = max((each for each in graph.initializer if len(each.dims) == 2), key=lambda each: each.dims[0])
    rows = numpy_helper.to_array(table).astype(np.float32)
    scales = np.maximum(np.abs(rows).max(axis=1, keepdims=True) / 127, 1e-9).astype(np.float32)
    graph.initializer.remove(table)
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.round(rows / scales).astype(np.int8), f"{table.name}.rows"),
            numpy_helper.from_array(scales, f"{table.name}.scales"),
        ]
    )
    place, lookup = next(
        (place, node)
        for place, node in enumerate(graph.node)
        if node.op_type == "Gather" and node.input[0] == table.name
    )
    numbers, found = lookup.input[1], lookup.output[0]
    graph.node.remove(lookup)
    new = [
        helper.make_node("Gather", [f"{table.name}.rows", numbers], [f"{found}.row"]),
        helper.make_node("Cast", [f"{found}.row"], [f"{found}.number"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{table.name}.scales", numbers], [f"{found}.scale"]),
        helper.make_node("Mul", [f"{found}.number", f"{found}.scale"], [found]),
    ]
    for offset, node in enumerate(new):
        graph.node.insert(place + offset, node)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def loud(network: ReaderNetwork, batches: Iterable[Batch]) -> list[int]:
    """Give the numbers of the layers where, reading `batches`, a number beyond LOUD comes to the second product."""
    largest = [0.0] * len(network.bert.encoder.layer)

    def seeing(number: int) -> Callable[[nn.Module, tuple[torch.Tensor]], None]:
        def see(_: nn.Module, given: tuple[torch.Tensor]) -> None:
            largest[number] = max(largest[number], given[0].abs().max().item())

        return see

    encoder = network.bert.encoder
    hooks = [
        encoder.get_submodule(f"layer.{number}.output.dense").register_forward_pre_hook(seeing(number))
        for number in range(len(largest))
    ]
    with torch.no_grad():
        for batch in batches:
            read(network.eval(), batch)
    for hook in hooks:
        hook.remove()
    return [number for number, size in enumerate(largest) if size > LOUD]


def export(work: Path, output: Path, *, full: bool = False) -> None:
    """Write `model.onnx` and `tokenizer.json`; with `full` the layers stay in single precision, to compare with."""
    network = trained(work, attention="eager")
    kept = loud(network, islice(drawn(work, workers=0, seed=0), READ))
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        traced, small = Path(scratch) / "traced.onnx", Path(scratch) / "small.onnx"
        trace(network, traced)
        if not full:
            quantize_dynamic(
                str(traced),
                str(small),
                per_channel=True,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul"],
                nodes_to_exclude=[f"/bert/encoder/layer.{number}/output/dense/MatMul" for number in kept],
                extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
            )
        shrink_embeddings(traced if full else small, output / "model.onnx")
    shutil.copyfile(work / "tokenizer.json", output / "tokenizer.json")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--full", action="store_true")
    arguments = parser.parse_args()
    export(arguments.work, arguments.output, full=arguments.full)


if __name__ == "__main__":
    main()
