PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TORCH := $(shell sed -n 's/^torch==/torch==/p' constraints.txt)
EXTRAS := dev,openai,anthropic,ollama,huggingface,mistralai
# Without a CUDA card, PyTorch's own index has a build some 3 GB smaller; where it can't be reached pip's usual index serves.
CPU_INDEX := https://download.pytorch.org/whl/cpu
DATA ?= data
export HF_HUB_OFFLINE ?= 1
export GRADIO_ANALYTICS_ENABLED := False
export ORT_DISABLE_TELEMETRY := 1

.PHONY: install chat test soak benchmark

install: $(STAMP)

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sourcier needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(STAMP): $(VENV)/bin/python pyproject.toml constraints.txt
	@if ! $(BIN)/python -c 'import torch' 2>/dev/null; then \
	  if ! command -v nvidia-smi >/dev/null 2>&1 && \
	     $(BIN)/python -c "import urllib.request as u; u.urlopen('$(CPU_INDEX)/torch/', timeout=5)" 2>/dev/null; then \
	    $(BIN)/pip install --quiet --index-url $(CPU_INDEX) "$(TORCH)"; \
	  else $(BIN)/pip install --quiet "$(TORCH)"; fi; fi
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[$(EXTRAS)]"
	@touch $@

chat: install
	$(BIN)/sourcier chat seeds/

test: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not soak"

soak: install
	$(BIN)/python -m pytest -m soak

benchmark: install
	$(BIN)/python tests/benchmarks/start.py
	@test -d "$(DATA)" || { echo 'the quality benchmarks want their question sets: make benchmark DATA=folder'; exit 2; }
	$(BIN)/python tests/benchmarks/quality/quality.py "$(DATA)" --out build/quality
