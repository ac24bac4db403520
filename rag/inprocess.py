"""A transformers model in this process, as a LangChain chat model; nothing is fetched."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

if TYPE_CHECKING:
    from transformers import BatchEncoding

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class InProcessChatModel(BaseChatModel):
    """Writes through `model` and `tokenizer`, the likeliest word each time, at most `answer_tokens` of them.

    It stops when its stream is closed or after `deadline` seconds, and a prompt that leaves no room for the answer is
    refused before anything is computed.
    """

    model: Any = Field(repr=False)
    tokenizer: Any = Field(repr=False)
    answer_tokens: int = 1024
    deadline: float = 600.0

    @property
    def _llm_type(self) -> str:
        return "transformers"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> Iterator[ChatGenerationChunk]:
        from transformers import StoppingCriteriaList, TextIteratorStreamer

        prompt = self._encode(messages)
        asked = prompt["input_ids"].shape[-1]
        self._refuse_too_long(asked)
        left = threading.Event()
        end = time.monotonic() + self.deadline
        told: Any = TextIteratorStreamer(self.tokenizer, skip_prompt=True, skip_special_tokens=True)
        written: list[Any] = []
        failures: list[BaseException] = []

        def over(*_: object, **__: object) -> bool:
            return left.is_set() or time.monotonic() > end

        def write() -> None:
            try:
                written.append(
                    self.model.generate(
                        **prompt,
                        streamer=told,
                        stopping_criteria=StoppingCriteriaList([over]),
                        max_new_tokens=self.answer_tokens,
                        do_sample=False,
                    )
                )
            except BaseException as error:  # it is raised again below, where the answer is read
                failures.append(error)
                told.text_queue.put(told.stop_signal)  # `end` would decode again, which may be what failed

        writer = threading.Thread(target=write, daemon=True, name="sourcier-model")
        writer.start()
        try:
            for piece in told:
                if piece:
                    yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        finally:
            left.set()
        writer.join()
        if failures:
            raise failures[0]
        yield self._closing(asked, written[0].shape[-1] - asked, late=time.monotonic() > end)

    def _encode(self, messages: list[BaseMessage]) -> BatchEncoding:
        turns = [{"role": _ROLES[message.type], "content": message.text} for message in messages]
        encoded = self.tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_dict=True, return_tensors="pt"
        )
        return cast("BatchEncoding", encoded.to(self.model.device))

    @property
    def positions(self) -> int | None:
        """How many tokens prompt and answer may have together, None where the model does not tell."""
        return getattr(self.model.config, "max_position_embeddings", None)

    def _refuse_too_long(self, asked: int) -> None:
        if self.positions is not None and asked + self.answer_tokens > self.positions:
            raise ValueError(
                f"the prompt of {asked} tokens and an answer of {self.answer_tokens} exceed the model's context "
                f"of {self.positions} tokens"
            )

    def _closing(self, asked: int, answered: int, *, late: bool) -> ChatGenerationChunk:
        """Give the last chunk: why the model stopped, and what it read and wrote."""
        usage = UsageMetadata(input_tokens=asked, output_tokens=answered, total_tokens=asked + answered)
        reason = "length" if late or answered >= self.answer_tokens else "stop"
        message = AIMessageChunk(content="", response_metadata={"finish_reason": reason}, usage_metadata=usage)
        return ChatGenerationChunk(message=message)


def load_model(folder: str | Path, *, answer_tokens: int, deadline: float) -> InProcessChatModel:
    """Give the chat model in `folder`, or of that name among what was downloaded before.

    It is kept in the precision it was saved in, on the accelerator where there is one. Raises ValueError for a model
    without a chat template: it was never taught to answer.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    if not tokenizer.chat_template:
        raise ValueError(f"{folder} has no chat template: give a model that was trained to follow instructions")
    model: Any = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, dtype="auto")
    model.eval()
    if torch.cuda.is_available():
        model.to("cuda")
    return InProcessChatModel(model=model, tokenizer=tokenizer, answer_tokens=answer_tokens, deadline=deadline)
